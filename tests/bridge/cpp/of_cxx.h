#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::of_cxx {

inline std::int32_t one() {
  mood::act();
  return 1;
}

} // namespace SIDE::of_cxx
