#pragma once

#include "rust/cxx.h"
#include <cstdint>

namespace stress {

void call_loaded(std::size_t function, std::uint64_t address);

} // namespace stress
