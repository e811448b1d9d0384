#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::methods {

struct Counter {
  std::int32_t number;

  static std::unique_ptr<Counter> make(std::int32_t number) {
    mood::act();
    return std::make_unique<Counter>(Counter{number});
  }

  std::int32_t get() const {
    mood::act();
    return number;
  }

  std::int32_t add(std::int32_t more) {
    mood::act();
    return number += more;
  }

  std::int32_t overloaded() const { return get(); }
  std::int32_t overloaded() { return -get(); }

  const std::int32_t &look() const {
    mood::act();
    return number;
  }

  std::int32_t &place() {
    mood::act();
    return number;
  }

  Counter &myself() {
    mood::act();
    return *this;
  }
};

struct Other {
  std::int32_t get() const {
    mood::act();
    return 5;
  }

  static std::int32_t limit() {
    mood::act();
    return 1000;
  }
};

struct Third {};

inline std::unique_ptr<Other> other() {
  mood::act();
  return std::make_unique<Other>();
}

} // namespace SIDE::methods
