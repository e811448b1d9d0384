#pragma once

#include "rust/cxx.h"
#include <cstdint>

namespace stress {

std::uint64_t echo(std::uint64_t token);
rust::String describe(std::uint64_t token);

} // namespace stress
