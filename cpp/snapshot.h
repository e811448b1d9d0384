// What there is to know of a fault, taken where it struck and without allocating.
#pragma once

#include "backstop/backstop.h"
#include <csignal>
#include <cstddef>
#include <typeinfo>
#include <ucontext.h>

namespace backstop {
namespace runtime {

// Text of a fixed size; what doesn't fit is cut off.
template <size_t Size> struct Text {
  char bytes[Size];
  size_t length;

  void set(const char *from) noexcept {
    length = 0;
    while (from[length] != '\0' && length < Size - 1) {
      bytes[length] = from[length];
      ++length;
    }
    bytes[length] = '\0';
  }
};

// A fault, as it is kept for the guard.
struct Snapshot {
  backstop_fault fault;
  Text<8192> message;              // empty: none
  const std::type_info *exception; // that std::terminate could not let pass; null: none
  bool has_what;
  Text<8192> what;
};

// Reads a signal; its kind is left to classify. `message` is what libc had to say, if it was an abort.
backstop_fault describe(int signal, const siginfo_t &info, const ucontext_t &context, const char *message) noexcept;

void store(Snapshot &snapshot, const backstop_fault &fault) noexcept;

} // namespace runtime
} // namespace backstop
