#pragma once

#include "rust/cxx.h"
#include <cstddef>
#include <cstdint>

// What behaves, what tells tests how things stand, and the cases by name. What each does is told in lib.rs.
namespace zoo {

std::int32_t add(std::int32_t left, std::int32_t right);
rust::String greet(rust::Str name);
void complain(rust::Str text);
std::size_t last_target();
std::uint64_t float_control();
void round_upward();
bool exceptions_in_flight();

void jumped(rust::Str name);
void unguarded(rust::Str name);

} // namespace zoo
