#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::incapable {

class Undefined;

class Private {
  ~Private() = default;
};

class Unmovable {
public:
  Unmovable() = default;
  Unmovable(const Unmovable &) = delete;
  Unmovable(Unmovable &&) = delete;
};

inline std::int32_t one() {
  mood::act();
  return 1;
}

} // namespace SIDE::incapable
