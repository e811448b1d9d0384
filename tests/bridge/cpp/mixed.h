#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::mixed {

inline std::int32_t one() {
  mood::act();
  return 1;
}

inline std::int32_t two() {
  mood::act();
  return 2;
}

inline std::int32_t three() { return 3; }

class Thing {
public:
  std::int32_t four() const {
    mood::act();
    return 4;
  }

  std::int32_t five() const {
    mood::act();
    return 5;
  }

  std::int32_t six() const { return 6; }
};

inline const Thing &thing() {
  static const Thing thing;
  return thing;
}

} // namespace SIDE::mixed
