// What the instruction that faulted tells, where the kernel doesn't: each architecture answers the same three
// questions, about the thread as it was interrupted.
#pragma once

#include "registers.h"

namespace backstop {
namespace runtime {

// Why the processor refused an instruction, and the address that was at fault, if it was one.
struct Refusal {
  enum Why { unknown, non_canonical, misaligned, privileged } why;
  bool has_address;
  uintptr_t address;
  Access access;
};

} // namespace runtime
} // namespace backstop

#if defined(__x86_64__)
#include "instruction_x86_64.h"
#else

namespace backstop {
namespace runtime {

inline Refusal refusal_of(const ucontext_t &) noexcept { return {Refusal::unknown, false, 0, Access::unknown}; }

// After a division that failed.
inline bool divides_by_zero(const ucontext_t &) noexcept { return true; }

#if defined(__aarch64__)

// brk with a number of gcc's, of clang's, or of the checks of -fsanitize-trap.
inline bool is_builtin_trap(const ucontext_t &context) noexcept {
  const uint32_t instruction = *reinterpret_cast<const uint32_t *>(instruction_pointer(context));
  const uint32_t number = instruction >> 5 & 0xffff;
  return (instruction & 0xffe0001f) == 0xd4200000 && (number == 1000 || number == 1 || number >> 8 == 0x55);
}

#else

inline bool is_builtin_trap(const ucontext_t &) noexcept { return false; }

#endif

} // namespace runtime
} // namespace backstop

#endif
