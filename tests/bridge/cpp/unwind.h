#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::unwind {

class Thing {
public:
  std::int32_t get() const {
    mood::act();
    return 2;
  }
};

inline std::int32_t one() {
  mood::act();
  return 1;
}

inline const Thing &thing() {
  static const Thing thing;
  return thing;
}

} // namespace SIDE::unwind
