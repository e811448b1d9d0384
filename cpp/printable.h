// Text for people, made of what somebody else chose: the program under guard, or whoever feeds it.
#pragma once

#include <string>

namespace backstop {
namespace runtime {

// The text on one line that breaks no log and drives no terminal: control characters are spelt out, and so are bytes
// that aren't UTF-8. Line breaks at the end go. Of what is longer than 4 KiB the middle is left out, with a note of how
// much. src/text.rs does the same for Rust.
std::string printable(const std::string &text);

} // namespace runtime
} // namespace backstop
