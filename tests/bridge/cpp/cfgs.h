#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::cfgs {

struct Settings;

inline std::int32_t with_extra() {
  mood::act();
  return 1;
}

inline std::int32_t without_extra() {
  mood::act();
  return 2;
}

class OnUnix {
public:
  std::int32_t get() const {
    mood::act();
    return 3;
  }
};

inline std::unique_ptr<OnUnix> on_unix() {
  mood::act();
  return std::make_unique<OnUnix>();
}

Settings settings();

} // namespace SIDE::cfgs
