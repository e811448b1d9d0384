// See registers.h.
#pragma once

#include "registers.h"
#include <initializer_list>

namespace backstop {
namespace runtime {

constexpr const char *register_names[] = {
    "r8",  "r9",  "r10", "r11", "r12", "r13", "r14",    "r15",    "rdi", "rsi",    "rbp",
    "rbx", "rdx", "rax", "rcx", "rsp", "rip", "eflags", "csgsfs", "err", "trapno",
};
inline uint64_t register_at(const ucontext_t &context, size_t index) {
  return static_cast<uint64_t>(context.uc_mcontext.gregs[index]);
}

inline uintptr_t instruction_pointer(const ucontext_t &context) {
  return static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RIP]);
}

inline uintptr_t stack_pointer(const ucontext_t &context) {
  return static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
}

inline Access access_of(const ucontext_t &context) {
  constexpr long page_fault = 14;
  if (context.uc_mcontext.gregs[REG_TRAPNO] != page_fault) {
    return Access::unknown;
  }
  const auto error = static_cast<uint64_t>(context.uc_mcontext.gregs[REG_ERR]);
  return (error & 0x10) != 0 ? Access::execute : (error & 2) != 0 ? Access::write : Access::read;
}

// A frame, by what the unwinder needs to go on from it: the general registers by their DWARF numbers, and then the
// instruction pointer.
struct Registers {
  uintptr_t values[17];
  bool exact; // at an instruction that has not completed, rather than after a call

  static constexpr int stack_pointer_number = 7, instruction_pointer_number = 16;
  static constexpr int preserved[] = {3, 6, 12, 13, 14, 15}; // across calls
  static constexpr int dwarf_number(int index) { return index; }

  uintptr_t stack_pointer() const { return values[stack_pointer_number]; }
  uintptr_t instruction_pointer() const { return values[instruction_pointer_number]; }
  void set_stack_pointer(uintptr_t value) { values[stack_pointer_number] = value; }
  void set_instruction_pointer(uintptr_t value) { values[instruction_pointer_number] = value; }
};

inline Registers registers_of(const ucontext_t &context) {
  constexpr int order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                           REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  Registers registers;
  for (int number = 0; number < 17; ++number) {
    registers.values[number] = static_cast<uintptr_t>(context.uc_mcontext.gregs[order[number]]);
  }
  registers.exact = true;
  return registers;
}

// Whether this instruction is of those by which a function builds its frame, before there is anything in it.
inline bool builds_frame(uintptr_t instruction) {
  const auto *code = reinterpret_cast<const unsigned char *>(instruction);
  code += (*code & 0xf0) == 0x40 && *code != 0x48 ? 1 : 0; // registers from r8 on
  const bool is_push = (*code & 0xf8) == 0x50;
  const bool is_probe = code[0] == 0x48 && code[1] == 0x83 && code[2] == 0x0c && code[3] == 0x24; // orq $0, (%rsp)
  return is_push || is_probe;
}

inline bool is_call(uintptr_t instruction) {
  const auto *code = reinterpret_cast<const unsigned char *>(instruction);
  code += (*code & 0xf0) == 0x40 ? 1 : 0;
  return *code == 0xe8 || (*code == 0xff && (code[1] >> 3 & 7) == 2);
}

// Whether there may be a call, or a jump out of the function, between the two, the first instruction apart; `leads_out`
// tells of a target whether it can be one. It looks for bytes, not for instructions, and so finds all that there are.
template <typename LeadsOut> bool may_call(uintptr_t instruction, uintptr_t end, LeadsOut leads_out) {
  const auto *code = reinterpret_cast<const unsigned char *>(instruction);
  const auto *last = reinterpret_cast<const unsigned char *>(end);
  for (++code; code + 1 < last; ++code) {
    const unsigned operation = code[1] >> 3 & 7;
    if (*code == 0xff && (operation == 2 || operation == 4)) {
      return true; // through a register or memory
    }
    if ((*code == 0xe8 || *code == 0xe9) && code + 5 <= last) {
      int32_t offset;
      __builtin_memcpy(&offset, code + 1, sizeof(offset));
      if (leads_out(reinterpret_cast<uintptr_t>(code) + 5 + static_cast<uintptr_t>(static_cast<intptr_t>(offset)))) {
        return true;
      }
    }
  }
  return false;
}

// Whether the address is where a call through a register or memory returns to.
inline bool follows_indirect_call(uintptr_t address) {
  const auto *code = reinterpret_cast<const unsigned char *>(address);
  for (const int length : {2, 3, 4, 6, 7}) {
    if (code[-length] == 0xff && (code[1 - length] >> 3 & 7) == 2) {
      return true;
    }
  }
  return false;
}

// The frame that a call, of which nothing has run yet, would return to.
inline Registers caller_at_entry(const Registers &registers) {
  Registers caller = registers;
  caller.set_instruction_pointer(*reinterpret_cast<const uintptr_t *>(registers.stack_pointer()));
  caller.set_stack_pointer(registers.stack_pointer() + sizeof(uintptr_t));
  caller.exact = false;
  return caller;
}

// The kernel leaves alignment checks (EFLAGS.AC) on if the interrupted code had switched them on; the
// handler, and libc under it, were not compiled for that.
inline void use_plain_flags() {
  constexpr unsigned long long alignment_check = 1 << 18;
  __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~alignment_check);
}

// Whether the thread has just returned from its own tgkill(process, thread, signal): the kernel leaves the
// arguments of a system call in their registers, and the code before the instruction pointer is the system
// call.
inline bool has_sent(const ucontext_t &context, long process, long thread, long signal) {
  const auto &registers = context.uc_mcontext.gregs;
  if (registers[REG_RAX] != 0 || registers[REG_RDI] != process || registers[REG_RSI] != thread ||
      registers[REG_RDX] != signal) {
    return false;
  }
  const auto *code = reinterpret_cast<const unsigned char *>(registers[REG_RIP]);
  return code[-2] == 0x0f && code[-1] == 0x05;
}

} // namespace runtime
} // namespace backstop
