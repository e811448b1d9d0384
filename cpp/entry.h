// How a call is entered and how a point is returned to. The processor's own entry, or the portable one.
#pragma once

#include "chain.h"

namespace backstop {
namespace runtime {

#ifdef BACKSTOP_PORTABLE_ENTRY

// Records where recovery goes in `point`, the next entry of the chain; publishes it and calls
// function(context). False: the function returned. True: return_to(point) came back here. Exceptions pass
// through.
bool enter(Point *point, void (*function)(void *), void *context);

// Goes back to the enter that recorded `point`. Legal in the signal handler. libc's cleanup handlers have been run.
[[noreturn]] void return_to(const Point *point) noexcept;

#else

extern "C" {
int backstop_v0_enter(Point *point, void (*function)(void *), void *context, uint32_t *depth, uintptr_t canary);
[[noreturn]] void backstop_v0_return_to(const Point *point) noexcept;
}

inline bool enter(Point *point, void (*function)(void *), void *context) {
  return backstop_v0_enter(point, function, context, &thread.depth, thread.canary) != 0;
}

[[noreturn]] inline void return_to(const Point *point) noexcept { backstop_v0_return_to(point); }

#endif

} // namespace runtime
} // namespace backstop
