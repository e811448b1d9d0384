// See registers.h. Nothing is unwound here.
#pragma once

#include "registers.h"
#include <initializer_list>

namespace backstop {
namespace runtime {

constexpr const char *register_names[] = {
    "pc", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6",
};
inline uint64_t register_at(const ucontext_t &context, size_t index) { return context.uc_mcontext.__gregs[index]; }

inline uintptr_t instruction_pointer(const ucontext_t &context) { return context.uc_mcontext.__gregs[REG_PC]; }
inline uintptr_t stack_pointer(const ucontext_t &context) { return context.uc_mcontext.__gregs[REG_SP]; }
inline Access access_of(const ucontext_t &) { return Access::unknown; }
inline void use_plain_flags() {}

inline bool has_sent(const ucontext_t &context, long, long thread, long signal) {
  const auto &registers = context.uc_mcontext.__gregs;
  return registers[10] == 0 && registers[11] == static_cast<unsigned long>(thread) &&
         registers[12] == static_cast<unsigned long>(signal) && registers[17] == SYS_tgkill;
}

// A frame, by what the unwinder needs to recognise it.
struct Registers {
  uintptr_t values[2];
  bool exact; // at an instruction that has not completed, rather than after a call

  static constexpr std::initializer_list<int> preserved = {}; // none is needed
  static constexpr int dwarf_number(int index) { return index; }

  uintptr_t stack_pointer() const { return values[0]; }
  uintptr_t instruction_pointer() const { return values[1]; }
  void set_stack_pointer(uintptr_t value) { values[0] = value; }
  void set_instruction_pointer(uintptr_t value) { values[1] = value; }
};

inline Registers registers_of(const ucontext_t &context) {
  return {{stack_pointer(context), instruction_pointer(context)}, true};
}

// The frame that a call, of which nothing has run yet, would return to: left to the unwinder here.
inline Registers caller_at_entry(const Registers &registers) { return registers; }

inline bool builds_frame(uintptr_t) { return false; }
inline bool is_call(uintptr_t) { return false; }
template <typename LeadsOut> bool may_call(uintptr_t, uintptr_t, LeadsOut) { return true; }
inline bool follows_indirect_call(uintptr_t) { return true; }

} // namespace runtime
} // namespace backstop
