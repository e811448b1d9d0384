#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::instances {

struct Part {
  std::int32_t number;

  std::int32_t get() const {
    mood::act();
    return number;
  }
};

} // namespace SIDE::instances
