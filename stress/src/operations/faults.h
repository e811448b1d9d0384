#pragma once

#include "rust/cxx.h"
#include <cstdint>

namespace stress {

enum class Manner : std::uint8_t;

void strike(Manner manner, std::uint32_t depth, std::uint64_t address);
void strike_and_jump(Manner manner, std::uint32_t depth, std::uint64_t address);
std::int64_t take_alive();

} // namespace stress
