#pragma once

#include "rust/cxx.h"
#include <cstdint>

namespace stress {

enum class Pastime : std::uint8_t;

std::uint64_t pass_time(Pastime pastime, std::uint32_t milliseconds, std::uint64_t token);
std::uint64_t pass_time_in_bounds(Pastime pastime, std::uint32_t milliseconds, std::uint64_t token);
void spin_and_strike(std::uint32_t microseconds, std::uint64_t address);

} // namespace stress
