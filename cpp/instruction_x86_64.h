// x86 reports a division by zero and one that overflows as the same, and a non-canonical address, a misaligned vector
// and an instruction for the kernel alone all as a general protection.
#pragma once

#include "decode_x86_64.h"
#include "instruction.h"
#include "stack.h"
#include <cerrno>

namespace backstop {
namespace runtime {
namespace x86 {

constexpr unsigned rsp = 4, rsi = 6, rdi = 7; // by their numbers

struct Operand {
  bool is_known;
  uintptr_t address;
  Access access;
};

// Of 48 bits. Processors that use 57 refuse more rarely, but what they refuse for its address isn't of 48 bits either.
inline bool is_canonical(uintptr_t address) noexcept {
  const uintptr_t upper = address >> 47;
  return upper == 0 || upper == 0x1ffff;
}

// ret, call and jmp: where the destination is read from, unless from a register, and the destination.
inline void find_destination(const Instruction &instruction, Operand (&operands)[2]) noexcept {
  if (instruction.is_register) {
    operands[0] = {true, instruction.value_of(instruction.number), Access::execute};
    return;
  }
  const bool returns = instruction.opcode != 0xff;
  const uintptr_t source = returns ? instruction.value_of(rsp) : instruction.address;
  operands[0] = {returns || instruction.has_address, source, Access::read};
  // Then the processor has read it, and could have pushed the return address.
  if (operands[0].is_known && is_canonical(source) && is_canonical(instruction.value_of(rsp))) {
    operands[1] = {true, *reinterpret_cast<const uintptr_t *>(source), Access::execute};
  }
}

inline void find_operands(const Instruction &instruction, Operand (&operands)[2]) noexcept {
  const bool stores = (instruction.opcode & 0xfe) == 0xa4 || (instruction.opcode & 0xfe) == 0xaa;
  switch (instruction.form) {
  case 'r':
    operands[0] = {instruction.has_address, instruction.address, Access::read};
    break;
  case 'w':
    operands[0] = {instruction.has_address, instruction.address, Access::write};
    break;
  case 'u':
    operands[0] = {instruction.has_address, instruction.address, Access::unknown};
    break;
  case 's': // movs and cmps have both; stos and scas no source, lods no destination
    operands[0] = {(instruction.opcode & 0xfc) == 0xa4 || (instruction.opcode & 0xfe) == 0xac,
                   instruction.value_of(rsi), Access::read};
    operands[1] = {(instruction.opcode & 0xfe) != 0xac, instruction.value_of(rdi),
                   stores ? Access::write : Access::read};
    break;
  case 'b':
    find_destination(instruction, operands);
    break;
  default:
    break;
  }
}

// What the operand's address must be a multiple of. Right only for an instruction that was refused: those of the same
// opcodes that take any address are not refused for it.
inline uintptr_t alignment_of(const Instruction &instruction) noexcept {
  if (instruction.map == Instruction::in_one_byte) {
    return 1;
  }
  if (instruction.map == Instruction::in_two_bytes && instruction.opcode == 0xae) { // fxsave, ldmxcsr, xsave
    return instruction.group < 2 ? 16 : instruction.group < 4 ? 1 : 64;
  }
  return instruction.vector_size;
}

inline Rejection rejection_of(const Instruction &instruction, long trap, long error) noexcept {
  constexpr long stack_fault = 12, general_protection = 13, alignment_check = 17;
  Operand operands[2] = {};
  find_operands(instruction, operands);
  const Operand &first = operands[0];
  if (trap == alignment_check) {
    return {Rejection::misaligned, first.is_known, first.address, first.access};
  }
  if (trap == general_protection && instruction.form == 'p') {
    return {Rejection::privileged, false, 0, Access::unknown};
  }
  if (error != 0) {
    return {Rejection::unknown, false, 0, Access::unknown}; // a segment
  }
  for (const Operand &operand : operands) {
    if (operand.is_known && !is_canonical(operand.address)) {
      return {Rejection::non_canonical, true, operand.address, operand.access};
    }
  }
  if (trap == stack_fault && !is_canonical(instruction.value_of(rsp))) { // push and the like
    return {Rejection::non_canonical, true, instruction.value_of(rsp), Access::unknown};
  }
  if (first.is_known && first.address % alignment_of(instruction) != 0) {
    return {Rejection::misaligned, true, first.address, first.access};
  }
  return {Rejection::unknown, false, 0, Access::unknown};
}

} // namespace x86

inline Rejection rejection_of(const ucontext_t &context) noexcept {
  const uintptr_t at = instruction_pointer(context);
  if (!x86::is_canonical(at)) { // some processors notice only after they have gone there
    return {Rejection::non_canonical, true, at, Access::execute};
  }
  const auto &state = context.uc_mcontext.gregs;
  return x86::rejection_of(x86::Instruction(context), state[REG_TRAPNO], state[REG_ERR]);
}

// After a division that failed. True also of what can't be read: a divisor of zero is the likelier.
inline bool divides_by_zero(const ucontext_t &context) noexcept {
  const x86::Instruction instruction(context);
  const bool is_byte = instruction.opcode == 0xf6;
  const size_t size = is_byte ? 1 : instruction.is_wide ? 8 : instruction.is_narrow ? 2 : 4;
  uint64_t divisor = 0;
  if (instruction.is_register) {
    const bool is_high = is_byte && !instruction.has_rex && instruction.number >= 4; // ah to bh
    divisor = is_high ? instruction.value_of(instruction.number - 4u) >> 8 : instruction.value_of(instruction.number);
  } else if (instruction.has_address) {
    std::memcpy(&divisor, reinterpret_cast<const void *>(instruction.address), size);
  }
  return (divisor & ~uint64_t(0) >> (64 - 8 * size)) == 0;
}

// Whether it is about to read or write memory that the compiler may not have known to be there: neither the stack nor a
// variable of the module's own.
inline bool may_touch_memory(const ucontext_t &context) noexcept {
  const x86::Instruction instruction(context);
  const bool accesses = instruction.form == 'r' || instruction.form == 'w' || instruction.form == 'u';
  return accesses && instruction.has_address && !instruction.is_relative && !is_within_stack(instruction.address);
}

// Whether a signal has interrupted a system call that blocks.
inline bool is_in_system_call(const ucontext_t &context) noexcept {
  const auto *after = reinterpret_cast<const unsigned char *>(instruction_pointer(context));
  return context.uc_mcontext.gregs[REG_RAX] == -EINTR && after[-2] == 0x0f && after[-1] == 0x05;
}

inline bool is_at_system_call(const ucontext_t &context) noexcept {
  const auto *code = reinterpret_cast<const unsigned char *>(instruction_pointer(context));
  return code[0] == 0x0f && code[1] == 0x05;
}

constexpr bool has_steps = true;

// Has the thread raise a SIGTRAP after its next instruction, and after each one from then on; or no longer.
inline void set_steps(ucontext_t &context, bool are_wanted) noexcept {
  constexpr greg_t trap_flag = 0x100;
  greg_t &flags = context.uc_mcontext.gregs[REG_EFL];
  flags = are_wanted ? flags | trap_flag : flags & ~trap_flag;
}

// ud2; and ud1, by which the checks of -fsanitize-trap say which of them failed.
inline bool is_builtin_trap(const ucontext_t &context) noexcept {
  const auto *code = reinterpret_cast<const unsigned char *>(instruction_pointer(context));
  code += code[0] == 0x67 ? 1 : 0;
  return code[0] == 0x0f && (code[1] == 0x0b || code[1] == 0xb9);
}

} // namespace runtime
} // namespace backstop
