#include "printable.h"
#include <cstdint>
#include <cstdio>

namespace backstop {
namespace runtime {
namespace {

constexpr size_t head = 3072, tail = 1024; // what matters is said at the start, or at the very end

bool continues(const std::string &text, size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

struct Character {
  uint32_t code;
  size_t length; // 0: no character of UTF-8
};

Character character_at(const std::string &text, size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const size_t length = first < 0x80   ? 1
                        : first < 0xc2 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf5 ? 4
                                       : 0;
  uint32_t code = length < 2 ? first : first & (0x7fU >> length);
  for (size_t next = 1; next < length; ++next) {
    if (!continues(text, at + next)) {
      return {first, 0};
    }
    code = code << 6 | (static_cast<unsigned char>(text[at + next]) & 0x3fU);
  }
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_none = is_overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff;
  return {is_none ? first : code, is_none ? 0 : length};
}

// Those of ASCII and Latin-1, and Unicode's that end lines or turn the direction of writing.
bool is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e || code == 0x200f ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

std::string spelt_out(uint32_t code) {
  switch (code) {
  case '\n':
    return "\\n";
  case '\r':
    return "\\r";
  case '\t':
    return "\\t";
  default:
    char text[16];
    std::snprintf(text, sizeof(text), "\\u{%x}", static_cast<unsigned>(code));
    return text;
  }
}

void append(std::string &line, const std::string &text, size_t from, size_t to) {
  for (size_t at = from; at < to;) {
    const Character character = character_at(text, at);
    if (character.length == 0) {
      char byte[16];
      std::snprintf(byte, sizeof(byte), "\\x%02x", static_cast<unsigned>(character.code));
      line += byte;
    } else if (is_control(character.code)) {
      line += spelt_out(character.code);
    } else {
      line.append(text, at, character.length);
    }
    at += character.length == 0 ? 1 : character.length;
  }
}

// The first place from there on where no character is cut: at most three bytes away, in text that is UTF-8.
size_t boundary(const std::string &text, size_t at) {
  const size_t end = at + 3;
  while (at < end && continues(text, at)) {
    ++at;
  }
  return at;
}

} // namespace

std::string printable(const std::string &text) {
  std::string line;
  const size_t end = text.find_last_not_of("\r\n") + 1; // npos + 1 is 0
  if (end <= head + tail) {
    append(line, text, 0, end);
    return line;
  }
  const size_t left = boundary(text, head), right = boundary(text, end - tail);
  append(line, text, 0, left);
  line += " [... " + std::to_string(right - left) + " bytes ...] ";
  append(line, text, right, end);
  return line;
}

} // namespace runtime
} // namespace backstop
