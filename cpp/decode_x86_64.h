// Reads one instruction, as far as it takes to know what it was to access. Bytes are fetched one by one as the
// instruction's form asks for them, since it may end where its page does; its operand is not touched.
#pragma once

#include "registers.h"
#include <cstring>

namespace backstop {
namespace runtime {
namespace x86 {

// What an instruction does to its operand in memory, by opcode, sixteen to a row:
//   r  reads it        w  writes it, or both      u  either      g  either, by the ModR/M byte: see group_writes
//   s  has two, which rsi and rdi point to        b  goes to where it says
//   p  it is refused outside the kernel           .  none of these, or of no interest here
constexpr char one_byte[] = "wwrr....wwrr...." // add, or
                            "wwrr....wwrr...."
                            "wwrr....wwrr...."
                            "wwrr....rrrr...." // xor, cmp
                            "................"
                            "................"
                            "...r.....r.rpppp" // movsxd, imul, ins and outs
                            "................"
                            "gg.grrwwwwrrw.rw" // add to cmp with a constant, test, xchg, mov, pop
                            "................"
                            "....ssss..ssssss" // movs and the like
                            "................"
                            "wwbb..ww.....p.."  // shifts, ret, mov, int
                            "wwww....rgrgrgrg"  // shifts, x87
                            "....pppp....pppp"  // in and out
                            "....p.gg..pp..gg"; // hlt, div, cli and sti, call
constexpr char two_bytes[] = "pprr..pppp......" // lgdt and the like
                             "rwrwrrrw........" // movups
                             "pppp....rwrwrrrr" // mov to and from cr, movaps
                             "pppp.p.........." // wrmsr, rdtsc
                             "rrrrrrrrrrrrrrrr" // cmov
                             "rrrrrrrrrrrrrrrr" // vectors, up to movd and movdqa
                             "rrrrrrrrrrrrrrrr"
                             "r...rrr.....rruw"
                             "................"
                             "wwwwwwwwwwwwwwww" // set
                             "..prww....pwwwgr" // cpuid, bits, fxsave
                             "wwrwrrrrr.gwrrrr" // cmpxchg, bits
                             "wwrwr.rg........" // xadd, cmpxchg16b
                             "rrrrrrwrrrrrrrrr" // vectors
                             "rrrrrrrwrrrrrrrr"
                             "rrrrrrr.rrrrrrr.";
static_assert(sizeof(one_byte) == 257 && sizeof(two_bytes) == 257, "a letter for every opcode");

// Which instructions of a group, by the middle bits of ModR/M, write their operand, as a mask.
inline unsigned group_writes(bool is_one_byte, uint8_t opcode) noexcept {
  if (!is_one_byte) {
    return opcode == 0xae ? 0x59 : opcode == 0xba ? 0xe0 : 0x32; // fxsave and xsave; bts; cmpxchg16b and xsavec
  }
  return opcode <= 0x83 ? 0x7f : opcode >= 0xfe ? 0x03 : opcode >= 0xf6 ? 0x0c : 0xce; // all but cmp; inc; not; x87
}

// In the order in which the instructions number them.
constexpr int registers[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                             REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

class Instruction {
public:
  enum Map : uint8_t { in_one_byte, in_two_bytes, in_three_bytes };

  Map map = in_one_byte;
  uint8_t opcode = 0;
  uint8_t group = 0;      // the middle bits of ModR/M
  char form = '.';        // as above
  bool is_wide = false;   // 64 bits
  bool is_narrow = false; // 16 bits
  bool has_rex = false;   // without it, byte registers 4 to 7 are ah to bh
  uintptr_t vector_size = 16;
  bool is_register = false; // the operand is this one:
  uint8_t number = 0;
  bool has_address = false; // the operand is in memory, and known to be here:
  uintptr_t address = 0;
  bool is_relative = false; // to the instruction: a variable of the module's own

  explicit Instruction(const ucontext_t &context) noexcept
      : context_(context), at_(reinterpret_cast<const unsigned char *>(instruction_pointer(context))) {
    read_prefixes();
    read_opcode();
    form = map == in_three_bytes ? 'u' : (map == in_two_bytes ? two_bytes : one_byte)[opcode];
    if (form == 'r' || form == 'w' || form == 'u' || form == 'g') {
      read_operand();
    }
    if (form == 'g') {
      const bool branches = map == in_one_byte && opcode == 0xff && (group == 2 || group == 4);
      form = branches ? 'b' : (group_writes(map == in_one_byte, opcode) >> group & 1) != 0 ? 'w' : 'r';
    }
  }

  uintptr_t value_of(unsigned register_number) const noexcept {
    return static_cast<uintptr_t>(context_.uc_mcontext.gregs[registers[register_number]]);
  }

private:
  const ucontext_t &context_;
  const unsigned char *at_;
  uint8_t rex_ = 0; // its bits, or those of VEX and EVEX that mean the same
  bool is_vector_ = false;
  bool scales_ = false; // EVEX: a displacement of a byte counts in operands
  bool has_immediate_ = false;
  bool has_short_address_ = false;
  uint8_t segment_ = 0; // 0x64: fs, 0x65: gs

  template <typename Value> Value next() noexcept {
    Value value;
    std::memcpy(&value, at_, sizeof(value));
    at_ += sizeof(value);
    return value;
  }

  void read_prefixes() noexcept {
    constexpr int most = 14; // of 15 bytes in all
    for (int count = 0; count < most; ++count, ++at_) {
      switch (*at_) {
      case 0x66:
        is_narrow = true;
        break;
      case 0x67:
        has_short_address_ = true;
        break;
      case 0x64:
      case 0x65:
        segment_ = *at_;
        break;
      case 0x26: // segments of no effect
      case 0x2e:
      case 0x36:
      case 0x3e:
      case 0xf0: // lock, and rep
      case 0xf2:
      case 0xf3:
        break;
      default:
        return;
      }
    }
  }

  void read_opcode() noexcept {
    opcode = next<uint8_t>();
    if ((opcode & 0xf0) == 0x40) {
      has_rex = true;
      rex_ = opcode & 0xf;
      is_wide = (rex_ & 8) != 0;
      opcode = next<uint8_t>();
    }
    if (opcode == 0xc4 || opcode == 0xc5 || opcode == 0x62) {
      read_vector_prefix();
    } else if (opcode == 0x0f) {
      map = in_two_bytes;
      opcode = next<uint8_t>();
      if (opcode == 0x38 || opcode == 0x3a) {
        map = in_three_bytes;
        has_immediate_ = opcode == 0x3a;
        opcode = next<uint8_t>();
      }
    }
  }

  // VEX of two or three bytes, EVEX of four. They hold the bits of REX inverted, and which map the opcode is of.
  void read_vector_prefix() noexcept {
    unsigned map_number = 1, length = 0;
    is_vector_ = true;
    scales_ = opcode == 0x62;
    if (opcode == 0xc5) {
      length = next<uint8_t>() >> 2 & 1;
    } else {
      const auto first = next<uint8_t>();
      rex_ = static_cast<uint8_t>(~first >> 5 & 7);
      map_number = first & (scales_ ? 7 : 0x1f);
      length = next<uint8_t>() >> 2 & 1;
      length = scales_ ? next<uint8_t>() >> 5 & 3 : length;
    }
    map = map_number == 1 ? in_two_bytes : in_three_bytes;
    has_immediate_ = map_number == 3;
    vector_size = uintptr_t(16) << length;
    opcode = next<uint8_t>();
  }

  void read_operand() noexcept {
    const auto byte = next<uint8_t>();
    const unsigned mode = byte >> 6, low = byte & 7;
    group = byte >> 3 & 7;
    if (mode == 3) {
      is_register = true;
      number = static_cast<uint8_t>(low | (rex_ & 1) << 3);
      return;
    }
    has_address = true;
    if (low == 4) {
      address = read_scaled_index(mode);
    } else if (low == 5 && mode == 0) {
      address = relative_to_next();
    } else {
      address = value_of(low | (rex_ & 1) << 3);
    }
    if (mode == 1) {
      address += static_cast<uintptr_t>(intptr_t(next<int8_t>())) * displacement_unit();
    } else if (mode == 2) {
      address += static_cast<uintptr_t>(intptr_t(next<int32_t>()));
    }
    if (has_short_address_) {
      address &= 0xffffffff;
    }
    add_segment();
  }

  uintptr_t read_scaled_index(unsigned mode) noexcept {
    const auto byte = next<uint8_t>();
    const unsigned index = (byte >> 3 & 7) | (rex_ & 2) << 2, base = byte & 7;
    // The index of a gather or scatter is a vector.
    has_address = !(is_vector_ && map == in_three_bytes && ((opcode & 0xfc) == 0x90 || (opcode & 0xfc) == 0xa0));
    const uintptr_t scaled = index == 4 ? 0 : value_of(index) << (byte >> 6);
    const bool has_no_base = base == 5 && mode == 0;
    return scaled +
           (has_no_base ? static_cast<uintptr_t>(intptr_t(next<int32_t>())) : value_of(base | (rex_ & 1) << 3));
  }

  // It counts from the instruction's end, behind a constant that may follow.
  uintptr_t relative_to_next() noexcept {
    const auto distance = static_cast<uintptr_t>(intptr_t(next<int32_t>()));
    const bool shuffles = map == in_two_bytes && ((opcode & 0xfc) == 0x70 || opcode == 0xc2 || (opcode & 0xfc) == 0xc4);
    const bool divides = (opcode & 0xfe) == 0xf6 && group >= 2;
    is_relative = true;
    has_address = map != in_one_byte || divides; // elsewhere the constants are of many sizes
    return reinterpret_cast<uintptr_t>(at_) + distance + (has_immediate_ || shuffles ? 1 : 0);
  }

  // Whole vectors under EVEX; for its other operands it is not worth knowing.
  uintptr_t displacement_unit() noexcept {
    const bool is_whole =
        opcode == 0x28 || opcode == 0x29 || opcode == 0x2b || opcode == 0x6f || opcode == 0x7f || opcode == 0xe7;
    has_address = has_address && (!scales_ || (is_whole && map == in_two_bytes));
    return scales_ ? vector_size : 1;
  }

  void add_segment() noexcept {
    if (segment_ == 0x64) {
      uintptr_t thread_pointer; // the thread's control block begins with its own address
      __asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
      address += thread_pointer;
    }
    has_address = has_address && segment_ != 0x65;
  }
};

} // namespace x86
} // namespace runtime
} // namespace backstop
