// Calls a function as if it had been called by other code, in a frame that is described by registers: what the function
// then learns from the unwinder, or does with it, begins in that frame. So a walk or an unwinding started in a signal
// handler passes neither the handler's own frames nor those of whoever called it, and may begin where no frame is.
#pragma once

#include "registers.h"

namespace backstop {
namespace runtime {

#if defined(__x86_64__) || defined(__aarch64__)

constexpr bool can_unwind = true;

// In assembly. `registers` must stay where it is until the function returns, or for ever if it unwinds.
extern "C" {
// The frame is at the instruction `registers` point to, which has not completed.
void backstop_v0_unwind_at(const Registers *registers, void (*function)(void *), void *argument);
// The frame has made a call that would return to where `registers` point.
void backstop_v0_unwind_after(const Registers *registers, void (*function)(void *), void *argument);
}

inline void unwind_from(const Registers &registers, void (*function)(void *), void *argument) {
  (registers.exact ? backstop_v0_unwind_at : backstop_v0_unwind_after)(&registers, function, argument);
}

#else

// No code for this architecture: walks begin where they are, and skip what comes before the frame. Nothing is unwound.
constexpr bool can_unwind = false;

inline void unwind_from(const Registers &, void (*function)(void *), void *argument) { function(argument); }

#endif

} // namespace runtime
} // namespace backstop
