#pragma once

#include "mood.h"
#include "side.h"
#include <atomic>
#include <cstdint>
#include <memory>

namespace SIDE::threads {

class Counter {
public:
  std::int32_t add(std::int32_t more) const {
    mood::act();
    return count_.fetch_add(more);
  }

private:
  mutable std::atomic<std::int32_t> count_ = 0;
};

inline std::unique_ptr<Counter> counter() {
  mood::act();
  return std::make_unique<Counter>();
}

} // namespace SIDE::threads
