#pragma once
#include "rust/cxx.h"
#include <cstdint>

std::int32_t third(rust::Slice<const std::int32_t> numbers);
