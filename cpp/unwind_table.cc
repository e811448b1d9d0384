// The tables are those of the Itanium C++ ABI as gcc and clang write them: a list of call sites, each with a landing
// pad and a chain of actions; what doesn't stand in the list must not be left by an exception. C's tables look the
// same, and there what doesn't stand in the list has nothing to run.
#include "unwind_table.h"
#include "critical.h"
#include <cstring>
#include <cxxabi.h>
#include <typeinfo>

// libgcc's, and LLVM's libunwind has it too: not declared in unwind.h.
extern "C" {
struct dwarf_eh_bases {
  void *tbase, *dbase, *func;
};
const void *_Unwind_Find_FDE(void *pc, dwarf_eh_bases *bases);
_Unwind_Reason_Code __gxx_personality_v0(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception *,
                                         _Unwind_Context *);
_Unwind_Reason_Code __gcc_personality_v0(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception *,
                                         _Unwind_Context *) __attribute__((weak));
}

namespace backstop {
namespace runtime {
namespace {

// A reader of what the assembler's .uleb128 and the DW_EH_PE encodings write.
struct Reader {
  const uint8_t *at;

  uint8_t byte() { return *at++; }

  template <typename Value> uintptr_t fixed() {
    Value value;
    std::memcpy(&value, at, sizeof(value));
    at += sizeof(value);
    return static_cast<uintptr_t>(static_cast<intptr_t>(value));
  }

  uintptr_t unsigned_leb() {
    uintptr_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= static_cast<uintptr_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) {
        break;
      }
    }
    return value;
  }

  intptr_t signed_leb() {
    intptr_t value = 0;
    for (unsigned shift = 0; shift < 63;) {
      const uint8_t next = byte();
      value |= static_cast<intptr_t>(next & 0x7f) << shift;
      shift += 7;
      if ((next & 0x80) == 0) {
        return (next & 0x40) != 0 ? value | -(static_cast<intptr_t>(1) << shift) : value;
      }
    }
    return value;
  }

  // Null stays null, also where a value is relative to its place.
  uintptr_t encoded(uint8_t encoding) {
    constexpr uint8_t relative_to_place = 0x10, indirect = 0x80;
    const auto place = reinterpret_cast<uintptr_t>(at);
    uintptr_t value = plain(encoding & 0x0f);
    if (value == 0) {
      return 0;
    }
    if ((encoding & 0x70) == relative_to_place) {
      value += place;
    }
    return (encoding & indirect) != 0 ? *reinterpret_cast<const uintptr_t *>(value) : value;
  }

private:
  uintptr_t plain(uint8_t format) {
    switch (format) {
    case 0x01:
      return unsigned_leb();
    case 0x02:
      return fixed<uint16_t>();
    case 0x03:
      return fixed<uint32_t>();
    case 0x09:
      return static_cast<uintptr_t>(signed_leb());
    case 0x0a:
      return fixed<int16_t>();
    case 0x0b:
      return fixed<int32_t>();
    default: // absolute, or of 8 bytes
      return fixed<intptr_t>();
    }
  }
};

constexpr uint8_t omitted = 0xff;

size_t size_of(uint8_t encoding) {
  switch (encoding & 0x07) {
  case 0x02:
    return 2;
  case 0x03:
    return 4;
  default:
    return 8;
  }
}

// What the common information entry of a function's description says.
struct Common {
  uintptr_t personality; // 0: none
  uint8_t address_encoding;
};

const uint8_t *description_of(uintptr_t pc, dwarf_eh_bases &bases) noexcept {
  return static_cast<const uint8_t *>(_Unwind_Find_FDE(reinterpret_cast<void *>(pc), &bases));
}

Common common_of(const uint8_t *description) noexcept {
  Common common = {0, 0};
  uint32_t back;
  std::memcpy(&back, description + 4, sizeof(back));
  const uint8_t *entry = description + 4 - back;
  const auto *augmentation = reinterpret_cast<const char *>(entry + 9);
  if (augmentation[0] != 'z') {
    return common;
  }
  Reader reader = {entry + 9 + std::strlen(augmentation) + 1};
  reader.unsigned_leb(); // code alignment
  reader.signed_leb();   // data alignment
  if (entry[8] == 1) {   // version
    reader.byte();
  } else {
    reader.unsigned_leb(); // return address column
  }
  reader.unsigned_leb(); // length of what follows
  for (const char *letter = augmentation + 1; *letter != '\0'; ++letter) {
    if (*letter == 'P') {
      const uint8_t encoding = reader.byte();
      common.personality = reader.encoded(encoding);
    } else if (*letter == 'L') {
      reader.byte();
    } else if (*letter == 'R') {
      common.address_encoding = reader.byte();
    }
  }
  return common;
}

struct Table {
  uintptr_t start;      // of the function
  const uint8_t *types; // their end: the first type lies just before. Null: none
  uint8_t type_encoding;
  uint8_t site_encoding;
  const uint8_t *sites, *actions;
};

Table read_header(const uint8_t *data, uintptr_t start) {
  Reader reader = {data};
  Table table = {};
  table.start = start;
  const uint8_t pads = reader.byte(); // what landing pads count from, if not the function
  if (pads != omitted) {
    reader.encoded(pads);
  }
  table.type_encoding = reader.byte();
  if (table.type_encoding != omitted) {
    const uintptr_t offset = reader.unsigned_leb();
    table.types = reader.at + offset;
  }
  table.site_encoding = reader.byte();
  const uintptr_t length = reader.unsigned_leb();
  table.sites = reader.at;
  table.actions = reader.at + length;
  return table;
}

bool is_caught_by_force(const Table &table, intptr_t filter) {
  Reader type = {table.types - static_cast<uintptr_t>(filter) * size_of(table.type_encoding)};
  const auto *info = reinterpret_cast<const std::type_info *>(type.encoded(table.type_encoding));
#ifdef __GLIBCXX__
  return info == nullptr || *info == typeid(abi::__forced_unwind);
#else
  return info == nullptr;
#endif
}

// The same decision as the C++ personality takes when an unwinding is forced: only catch (...) and the type made for it
// catch.
Passage passage_by(const Table &table, uintptr_t action) {
  if (action == 0) {
    return Passage::cleans;
  }
  Reader reader = {table.actions + action - 1};
  for (int count = 0; count < 256; ++count) {
    const intptr_t filter = reader.signed_leb();
    const uint8_t *place = reader.at;
    const intptr_t next = reader.signed_leb();
    if (filter < 0) {
      return Passage::blocked; // throw(), or a list of types that this is none of
    }
    if (filter == 0 || is_caught_by_force(table, filter)) {
      return Passage::cleans;
    }
    if (next == 0) {
      break;
    }
    reader.at = place + next;
  }
  return Passage::passes;
}

// `missing` is what it means to stand in no entry.
Passage look_up(const Table &table, uintptr_t pc, Passage missing) {
  Reader reader = {table.sites};
  bool is_first = true;
  while (reader.at < table.actions) {
    const uintptr_t begin = table.start + reader.encoded(table.site_encoding);
    const uintptr_t length = reader.encoded(table.site_encoding);
    const uintptr_t pad = reader.encoded(table.site_encoding);
    const uintptr_t action = reader.unsigned_leb();
    if (pc < begin) { // they are sorted
      return is_first && missing == Passage::blocked ? Passage::early : missing;
    }
    is_first = false;
    if (pc < begin + length) {
      return pad == 0 ? Passage::passes : passage_by(table, action);
    }
  }
  return missing;
}

} // namespace

uintptr_t function_of(uintptr_t return_address) noexcept {
  dwarf_eh_bases bases;
  return description_of(return_address - 1, bases) != nullptr ? reinterpret_cast<uintptr_t>(bases.func) : 0;
}

uintptr_t end_of_function(uintptr_t instruction) noexcept {
  dwarf_eh_bases bases;
  const uint8_t *description = description_of(instruction, bases);
  if (description == nullptr) {
    return 0;
  }
  const uint8_t format = common_of(description).address_encoding & 0x0f;
  Reader reader = {description + 8}; // past its length, and the way back to the common entry
  reader.encoded(format);            // where the function begins
  return reinterpret_cast<uintptr_t>(bases.func) + reader.encoded(format);
}

Passage passage_of(_Unwind_Context *context) noexcept {
  const auto *data = static_cast<const uint8_t *>(_Unwind_GetLanguageSpecificData(context));
  if (data == nullptr) {
    return Passage::no_table;
  }
  int is_exact = 0;
  const uintptr_t pc = _Unwind_GetIPInfo(context, &is_exact) - (is_exact != 0 ? 0 : 1);
  dwarf_eh_bases bases;
  const uint8_t *description = description_of(pc, bases);
  const uintptr_t personality = description != nullptr ? common_of(description).personality : 0;
  // glibc has one of its own, which looks the other up.
  const bool is_c = personality != 0 && (personality == reinterpret_cast<uintptr_t>(&__gcc_personality_v0) ||
                                         holds(0, personality) != Holds::not_libc);
  if (!is_c && personality != reinterpret_cast<uintptr_t>(&__gxx_personality_v0)) {
    return Passage::foreign;
  }
  const Table table = read_header(data, _Unwind_GetRegionStart(context));
  return look_up(table, pc, is_c ? Passage::passes : Passage::blocked);
}

} // namespace runtime
} // namespace backstop
