// Hand a signal on to whoever would have got it without us.
#pragma once

#include "backstop/backstop.h"
#include <csignal>

namespace backstop {
namespace runtime {

// Puts `handler` in place of what is installed for each of the signals of the mask (bit 1 << signal), and
// remembers that. On failure puts everything back.
bool take_over(uint64_t signals, void (*handler)(int, siginfo_t *, void *)) noexcept;

// The handlers of each signal of fault_signals, in that order: ours, the one before, and the one in force.
void list_handlers(backstop_signal_status *signals) noexcept;

// Whether forwarding means the default action, which ends the process. Async-signal-safe.
bool is_fatal(int signal, const siginfo_t &info) noexcept;

// Does what this disposition says, for a signal that was sent. Async-signal-safe.
void forward_to(const struct sigaction &previous, int signal, siginfo_t *info, void *context) noexcept;

// Does what the previous disposition would have done. Async-signal-safe. Returns if that returns, and where
// the fault strikes again with the default action set.
void forward(int signal, siginfo_t *info, void *context) noexcept;

} // namespace runtime
} // namespace backstop
