#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::visibility {

struct ForNobody {
  std::int32_t get() const {
    mood::act();
    return 1;
  }
};

inline std::unique_ptr<ForNobody> for_nobody() {
  mood::act();
  return std::make_unique<ForNobody>();
}

inline std::int32_t for_crate() {
  mood::act();
  return 2;
}

inline std::int32_t for_parent() {
  mood::act();
  return 3;
}

inline std::int32_t for_all() {
  mood::act();
  return 4;
}

} // namespace SIDE::visibility
