// See registers.h.
#pragma once

#include "registers.h"
#include <csignal>

namespace backstop {
namespace runtime {

constexpr const char *register_names[] = {
    "x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",  "x9",     "x10", "x11",
    "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",    "x22", "x23",
    "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",  "pc",  "pstate",
};
inline uint64_t register_at(const ucontext_t &context, size_t index) { // they lie in this order
  return index < 31    ? context.uc_mcontext.regs[index]
         : index == 31 ? context.uc_mcontext.sp
         : index == 32 ? context.uc_mcontext.pc
                       : context.uc_mcontext.pstate;
}

inline uintptr_t instruction_pointer(const ucontext_t &context) { return context.uc_mcontext.pc; }
inline uintptr_t stack_pointer(const ucontext_t &context) { return context.uc_mcontext.sp; }
inline void use_plain_flags() {}

// What the kernel appends to the signal frame: a list of records {magic, size, ...}. Null if there is none of these.
template <typename Record> const Record *record_of(const ucontext_t &context, uint32_t magic) {
  const auto *byte = reinterpret_cast<const unsigned char *>(context.uc_mcontext.__reserved);
  const auto *end = byte + sizeof(context.uc_mcontext.__reserved);
  while (byte + sizeof(Record) <= end) {
    const auto *head = reinterpret_cast<const _aarch64_ctx *>(byte);
    if (head->magic == magic) {
      return reinterpret_cast<const Record *>(byte);
    }
    if (head->size < sizeof(*head)) {
      break;
    }
    byte += head->size;
  }
  return nullptr;
}

inline Access access_of(const ucontext_t &context) {
  const auto *record = record_of<esr_context>(context, ESR_MAGIC);
  const uint64_t syndrome = record != nullptr ? record->esr : 0, exception_class = syndrome >> 26;
  if (exception_class == 0x20 || exception_class == 0x21) {
    return Access::execute;
  }
  return exception_class == 0x24 || exception_class == 0x25 ? ((syndrome & 0x40) != 0 ? Access::write : Access::read)
                                                            : Access::unknown;
}

// A frame, by what the unwinder needs to go on from it: x0 to x30, the stack pointer, the instruction pointer, and the
// halves of d8 to d15 that calls preserve.
struct Registers {
  uintptr_t values[41];
  bool exact; // at an instruction that has not completed, rather than after a call

  static constexpr int link = 30, stack_pointer_number = 31, instruction_pointer_number = 32, d8 = 33;
  static constexpr int preserved[] = {19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, d8, 34, 35, 36, 37, 38, 39, 40};
  static constexpr int dwarf_number(int index) { return index < d8 ? index : 72 + index - d8; }

  uintptr_t stack_pointer() const { return values[stack_pointer_number]; }
  uintptr_t instruction_pointer() const { return values[instruction_pointer_number]; }
  void set_stack_pointer(uintptr_t value) { values[stack_pointer_number] = value; }
  void set_instruction_pointer(uintptr_t value) { values[instruction_pointer_number] = value; }
};

inline Registers registers_of(const ucontext_t &context) {
  Registers registers = {};
  for (int number = 0; number < 31; ++number) {
    registers.values[number] = context.uc_mcontext.regs[number];
  }
  registers.set_stack_pointer(stack_pointer(context));
  registers.set_instruction_pointer(instruction_pointer(context));
  if (const auto *record = record_of<fpsimd_context>(context, FPSIMD_MAGIC)) {
    for (int number = 8; number < 16; ++number) {
      registers.values[Registers::d8 + number - 8] = static_cast<uintptr_t>(record->vregs[number]);
    }
  }
  registers.exact = true;
  return registers;
}

namespace aarch64 {

constexpr uint32_t x29 = 29, x30 = 30, sp = 31, zero = 31;

inline uint32_t instruction_at(uintptr_t address) { return *reinterpret_cast<const uint32_t *>(address); }

inline bool is_call_through_register(uint32_t instruction) { return (instruction & 0xfefff000) == 0xd63f0000; }
inline bool is_jump_through_register(uint32_t instruction) { return (instruction & 0xfefff000) == 0xd61f0000; }

} // namespace aarch64

// Whether this instruction is of those by which a function builds its frame, before there is anything in it: the push
// of a pair or of one register, the store of the frame record, or a probe of what was just taken of the stack.
inline bool builds_frame(uintptr_t address) {
  using namespace aarch64;
  constexpr uintptr_t least_page = 4096;
  const uint32_t instruction = instruction_at(address);
  const uint32_t before = address % least_page != 0 ? instruction_at(address - 4) : 0; // or it may not be readable
  const uint32_t value = instruction & 31, base = instruction >> 5 & 31, second = instruction >> 10 & 31;
  const uint32_t of_pair = instruction & 0xffc00000, of_one = instruction & 0xffe00c00;
  const bool is_push = of_pair == 0xa9800000 || of_pair == 0x6d800000 || of_one == 0xf8000c00 || of_one == 0xfc000c00;
  const bool is_record = of_pair == 0xa9000000 && value == x29 && second == x30;
  const bool has_taken_stack = (before & 0xff8003ff) == (0xd1000000 | sp << 5 | sp); // sub sp, sp, number
  const bool is_probe = (instruction & 0xffc00000) == 0xf9000000 && value == zero && has_taken_stack;
  return base == sp && (is_push || is_record || is_probe);
}

// One needs no stack, and so faults nowhere.
inline bool is_call(uintptr_t) { return false; }

// Whether there may be a call, or a jump out of the function, between the two, the first instruction apart; `leads_out`
// tells of a target whether it can be one.
template <typename LeadsOut> bool may_call(uintptr_t address, uintptr_t end, LeadsOut leads_out) {
  for (address += 4; address < end; address += 4) {
    const uint32_t instruction = aarch64::instruction_at(address);
    if (aarch64::is_call_through_register(instruction) || aarch64::is_jump_through_register(instruction)) {
      return true;
    }
    const auto offset = static_cast<int32_t>(instruction << 6) >> 4;
    if ((instruction & 0x7c000000) == 0x14000000 &&
        leads_out(address + static_cast<uintptr_t>(static_cast<intptr_t>(offset)))) {
      return true; // b or bl
    }
  }
  return false;
}

// Whether the address is where a call through a register returns to.
inline bool follows_indirect_call(uintptr_t address) {
  return aarch64::is_call_through_register(aarch64::instruction_at(address - 4));
}

// The frame that a call, of which nothing has run yet, would return to.
inline Registers caller_at_entry(const Registers &registers) {
  Registers caller = registers;
  caller.set_instruction_pointer(registers.values[Registers::link]);
  caller.exact = false;
  return caller;
}

inline bool has_sent(const ucontext_t &context, long, long thread, long signal) {
  const auto &registers = context.uc_mcontext.regs; // x0, the process, holds the result by now
  return registers[0] == 0 && registers[1] == static_cast<uint64_t>(thread) &&
         registers[2] == static_cast<uint64_t>(signal) && registers[8] == SYS_tgkill;
}

} // namespace runtime
} // namespace backstop
