// How much of a fault is recorded.
#pragma once

#include <cstddef>

namespace backstop {
namespace runtime {

constexpr size_t frames_kept = 64;
constexpr size_t frames_first = 40;   // of these: the ones next to the fault. The rest are the ones farthest from it
constexpr size_t registers_kept = 40; // as many as the architecture with the most has

} // namespace runtime
} // namespace backstop
