// std::terminate under a guard.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

// Once, in ordinary context, and after lead_or_join.
void take_over_terminate() noexcept;

// The terminate handler, of one copy for all that share a C++ runtime.
[[noreturn]] void on_terminate();

// What this copy does about std::terminate, if it is the one to decide. `stack_pointer` is that of the terminate
// handler's caller, or somewhat below. Comes back if it is not to be recovered.
void handle_terminate(uintptr_t stack_pointer, uintptr_t instruction_pointer);

} // namespace runtime
} // namespace backstop
