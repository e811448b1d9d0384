#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::several {

inline std::int32_t first() {
  mood::act();
  return 1;
}

inline std::int32_t second() {
  mood::act();
  return 2;
}

inline std::int32_t third() {
  mood::act();
  return 3;
}

std::int32_t of_parent();

} // namespace SIDE::several
