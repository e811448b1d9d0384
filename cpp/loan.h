// Stack lent to a thread that has used up its own: to a function that must not be left where it stands, until it
// returns, and to the destructors that run on the way back.
#pragma once

#include "recovery.h"

namespace backstop {
namespace runtime {

// Makes what lies beyond the end of the main thread's stack accessible, as far as it is ours to give. Others are lent
// nothing: all that there is is their guard page, and behind it may be anything. `address` is what was accessed.
// Async-signal-safe.
void lend_to_destructors(uintptr_t address) noexcept;

// Has the outermost critical frame of recovery.walk return to us, and then recovers. The handler is to return and have
// the instruction retried. False if that can't be done here. Async-signal-safe.
bool lend_until_return(Recovery &recovery, uintptr_t address) noexcept;

// Holds up, in what the thread goes on with, the signals that others send, until the loan is taken back: where it is
// the guard page, a handler's frame would reach past that, into what is somebody else's. Async-signal-safe.
void hold_signals(ucontext_t &context) noexcept;

// The same without a loan, which an interruption doesn't need. What faults meanwhile is recovered as without this.
bool await_return(Recovery &recovery) noexcept;
void stop_waiting() noexcept;

// Has the thread go on where the awaited function, which has returned, was to return to.
void resume_returned(ucontext_t &context) noexcept;

// Whether that frame has returned, which shows in a fault of our own; and what is to be done then.
bool has_returned(const ucontext_t &context) noexcept;
[[noreturn]] void recover_returned(const ucontext_t &context);

// Whether a function is running that shall return to us: a fault now can't be recovered. One that was left by an
// exception or a jump is forgotten. `stack_pointer` is that of the fault, or of what was jumped to.
bool is_awaited(uintptr_t stack_pointer) noexcept;

// Takes back what was lent, if anything was. In the guard: the stack pointer must have left the lent pages.
void take_back() noexcept;

} // namespace runtime
} // namespace backstop
