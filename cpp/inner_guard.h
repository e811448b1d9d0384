// The handler's own guard: around what reads memory that may be damaged, or gone.
#pragma once

#include <ucontext.h>

namespace backstop {
namespace runtime {

// Calls function(argument). False if it faulted. Not for functions that call this. Async-signal-safe.
bool read_carefully(void (*function)(void *), void *argument) noexcept;

// At the start of the handler: if the fault struck under read_carefully, back to there.
void leave_reading(const ucontext_t &context) noexcept;

// Whether such a fault struck in the unwinder's search for a function's tables. Older ones do that under a lock if
// anybody has registered tables of his own, which is held for ever now.
bool is_unwinder_lost() noexcept;

// Learns where that function is. Once, in ordinary context.
void prepare_inner_guard() noexcept;

} // namespace runtime
} // namespace backstop
