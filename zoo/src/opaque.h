#pragma once

#include <cstdint>

namespace zoo {

// Gives `value` back and hides what it is, and what becomes of the memory it may point to: an optimiser that
// knew would see the code misbehave, and make something else of it.
template <typename T> T opaque(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

// Where the last access on this thread was meant to fault: what the fault's address must be.
extern thread_local std::uintptr_t target;

// A pointer to `address`, noted as the target.
template <typename T> T *aim(std::uintptr_t address) {
  target = address;
  return opaque(reinterpret_cast<T *>(address));
}

template <typename T> T *aim(T *pointer) { return aim<T>(reinterpret_cast<std::uintptr_t>(pointer)); }

} // namespace zoo
