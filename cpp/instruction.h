// What the instruction that faulted tells, where the kernel doesn't: each architecture answers the same three
// questions, about the thread as it was interrupted.
#pragma once

#include "registers.h"
#include <cerrno>

namespace backstop {
namespace runtime {

// Why the processor refused an instruction, and the address that was at fault, if it was one.
struct Rejection {
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

inline Rejection rejection_of(const ucontext_t &) noexcept { return {Rejection::unknown, false, 0, Access::unknown}; }

inline bool is_at_system_call(const ucontext_t &) noexcept { return false; }

constexpr bool has_steps = false;

inline void set_steps(ucontext_t &, bool) noexcept {}

// After a division that failed.
inline bool divides_by_zero(const ucontext_t &) noexcept { return true; }

#if defined(__aarch64__)

// brk with a number of gcc's, of clang's, or of the checks of -fsanitize-trap.
inline bool is_builtin_trap(const ucontext_t &context) noexcept {
  const uint32_t instruction = *reinterpret_cast<const uint32_t *>(instruction_pointer(context));
  const uint32_t number = instruction >> 5 & 0xffff;
  return (instruction & 0xffe0001f) == 0xd4200000 && (number == 1000 || number == 1 || number >> 8 == 0x55);
}

// A load or store, but of literals and by the stack pointer.
inline bool may_touch_memory(const ucontext_t &context) noexcept {
  const uint32_t instruction = *reinterpret_cast<const uint32_t *>(instruction_pointer(context));
  const bool is_literal = (instruction & 0x3b000000) == 0x18000000;
  return (instruction & 0x0a000000) == 0x08000000 && !is_literal && (instruction >> 5 & 31) != 31;
}

inline bool is_in_system_call(const ucontext_t &context) noexcept {
  constexpr uint32_t supervisor_call = 0xd4000001;
  return static_cast<int64_t>(context.uc_mcontext.regs[0]) == -EINTR &&
         reinterpret_cast<const uint32_t *>(instruction_pointer(context))[-1] == supervisor_call;
}

#else

inline bool is_builtin_trap(const ucontext_t &) noexcept { return false; }

inline bool may_touch_memory(const ucontext_t &) noexcept { return false; }

inline bool is_in_system_call(const ucontext_t &) noexcept { return false; }

#endif

} // namespace runtime
} // namespace backstop

#endif
