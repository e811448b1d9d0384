// How a call is entered and how a point is returned to. The processor's own entry, or the portable one.
#pragma once

#include "chain.h"

namespace backstop {
namespace runtime {

// How a guarded call came to its end.
enum class End : int {
  returned = 0,
  faulted, // the recovery has come to the point
  caught,  // an exception, on the callee's side, of which an error has been made
  threw,   // an exception came up to the guard
};

#ifdef BACKSTOP_PORTABLE_ENTRY

// Records where recovery goes in `point`, the next entry of the chain; publishes it and calls function(context).
// Answers End::returned, or what return_to has been given. Exceptions pass through.
End enter(Point *point, void (*function)(void *), void *context);

// Goes back to the enter that recorded `point`. Legal in the signal handler. libc's cleanup handlers have been run.
[[noreturn]] void return_to(const Point *point, End end) noexcept;

#else

extern "C" {
int backstop_v0_enter(void *context, void (*function)(void *), Point *point, Thread *thread);
[[noreturn]] void backstop_v0_return_to(const Point *point, int end) noexcept;
}

inline End enter(Point *point, void (*function)(void *), void *context) {
  return static_cast<End>(backstop_v0_enter(context, function, point, &thread));
}

[[noreturn]] inline void return_to(const Point *point, End end) noexcept {
  backstop_v0_return_to(point, static_cast<int>(end));
}

#endif

} // namespace runtime
} // namespace backstop
