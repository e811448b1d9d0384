#pragma once

#include <cstdint>

namespace stress {

// An object with a destructor: how many of this thread's there are tells whether all of them ran.
class Alive {
public:
  Alive() { ++count; }
  Alive(const Alive &) = delete;
  ~Alive() { --count; }

  static thread_local std::int64_t count;
};

// Gives `value` back and hides what it is.
template <typename T> T opaque(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

} // namespace stress
