// Durations for people.
#pragma once

#include <cstdint>
#include <string>

namespace backstop {
namespace runtime {

// Of nanoseconds: "60 s", "4.2 s", "850 ms", "1.5 us".
std::string duration_text(uint64_t nanoseconds);

} // namespace runtime
} // namespace backstop
