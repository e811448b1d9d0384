#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::attributes {

inline std::int32_t camelCase(std::int32_t Number) {
  mood::act();
  return Number;
}

inline std::int32_t sum(std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d, std::int32_t e, std::int32_t f,
                        std::int32_t g, std::int32_t h) {
  mood::act();
  return a + b + c + d + e + f + g + h;
}

inline std::int32_t old() {
  mood::act();
  return 1;
}

inline std::int32_t important() {
  mood::act();
  return 2;
}

} // namespace SIDE::attributes
