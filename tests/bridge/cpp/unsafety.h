#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::unsafety {

inline std::int32_t load(const std::int32_t *place) {
  mood::act();
  return *place;
}

inline std::int32_t anything() {
  mood::act();
  return 1;
}

class Thing {
public:
  static Thing &only() {
    mood::act();
    static Thing thing;
    return thing;
  }

  std::int32_t store(std::int32_t *place) {
    mood::act();
    return *place = 2;
  }

  static std::int32_t forget(std::uint8_t *) {
    mood::act();
    return 3;
  }
};

} // namespace SIDE::unsafety
