#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <memory>
#include <string>

namespace SIDE::rust_functions {

struct Point;
struct Ruler; // of Rust
struct Tape;  // of Rust

std::int32_t call_by_name(std::int32_t number);
bool call_methods(Tape &tape, const Ruler &ruler);
std::unique_ptr<std::string> call_with_text(rust::Slice<const std::uint8_t> bytes);
rust::String call_with_texts();
std::int32_t call_with_slice();
std::int32_t call_with_owned();
rust::Vec<Point> call_with_points();

} // namespace SIDE::rust_functions
