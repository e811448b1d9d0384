// What went wrong, in the user's words.
#pragma once

#include "backstop/backstop.h"
#include <csignal>
#include <ucontext.h>

namespace backstop {
namespace runtime {

// Fills in the kind and what it rests on: address, access, system_call. The registers, the stack's bounds and the
// message are there already. Async-signal-safe; reads the faulting instruction, and a divisor in memory.
void classify(backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept;

// The more exact kind of an abort or std::terminate, if the function that starts here is what called for it; otherwise
// `kind` itself. For each function between the fault and the guard, from the fault outwards. Async-signal-safe.
backstop_fault_kind refine(backstop_fault_kind kind, uintptr_t function) noexcept;

inline bool has_overflowed(const backstop_fault &fault) noexcept {
  return fault.kind == BACKSTOP_FAULT_STACK_OVERFLOW || fault.kind == BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW;
}

// Finds those functions. Once, in ordinary context.
void prepare_kinds() noexcept;

} // namespace runtime
} // namespace backstop
