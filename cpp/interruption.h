// Interrupts a guarded call that has overrun its deadline: by a signal that the watchdog sends to its thread, and that
// is judged much as a fault is. But a fault strikes at an instruction of which the compiler knew that it may, and this
// comes at any. So destructors are counted on only where the compiler did: at a call that may throw, or at an
// instruction that may fault, in code built for that; or where there is nothing to destroy.
#pragma once

#include <csignal>

namespace backstop {
namespace runtime {

// The handler of the deadline signal. Everything it calls is async-signal-safe.
void on_deadline(int signal, siginfo_t *info, void *context);

// The signal of a step, which the processor makes when one instruction has run: what is interrupted at a bad moment is
// led to the next good one by such steps. False if it is none of ours. Async-signal-safe.
bool on_step(const siginfo_t &info, void *context);

// A function of libc that was waited for has returned: the thread goes on where it was called, in steps, until what was
// returned has an owner, or is left there if there is no more time. False if that is not what happened.
// Async-signal-safe.
bool on_return(int signal, const siginfo_t &info, void *context);

// Of the watchdog: whether it has sent this one; and what was there before our handler.
bool is_deadline(const siginfo_t &info) noexcept;
const struct sigaction &previous_of_deadline() noexcept;

} // namespace runtime
} // namespace backstop
