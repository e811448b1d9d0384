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

// A fault on its way from the handler to the guard. One per thread, in the pages that prepare_thread maps.
struct Snapshot {
  backstop_fault fault;
  Text<512> message;               // empty: none
  const std::type_info *exception; // that std::terminate could not let pass; null: none
  bool has_what;
  Text<512> what;
};

// Reads a signal. The message, if any, still lies where libc keeps it.
backstop_fault describe(int signal, const siginfo_t &info, const ucontext_t &context) noexcept;

// Whether an abort without a message is known to be the program's own. Where libc's messages can't be read (a
// static glibc) it may just as well be the allocator's.
bool aborts_are_explained() noexcept;

// Stores a fault for the guard, and takes libc's message away, lest the next abort find it.
void store(const backstop_fault &fault) noexcept;

// Looks up what describe needs from libc. Once, in ordinary context.
void prepare_snapshot() noexcept;

} // namespace runtime
} // namespace backstop
