// In place of cxx's: all that zoo.h wants of it in a project without Rust.
#pragma once

namespace rust {
class Str;
class String;
} // namespace rust
