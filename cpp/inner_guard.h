// The handler's own guard: around what reads memory that may be damaged, or gone.
#pragma once

namespace backstop {
namespace runtime {

// Calls function(argument). False if it faulted. Not for functions that call this. Async-signal-safe.
bool read_carefully(void (*function)(void *), void *argument) noexcept;

// At the start of the handler: if the fault struck under read_carefully, back to there.
void leave_reading() noexcept;

} // namespace runtime
} // namespace backstop
