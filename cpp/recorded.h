// How much of a fault, or of a throw, is recorded.
#pragma once

#include <cstddef>
#include <cstdint>

namespace backstop {
namespace runtime {

constexpr size_t frames_kept = 64;
constexpr size_t frames_first = 40;   // of these: the ones next to it. The rest are the ones farthest from it
constexpr size_t registers_kept = 40; // as many as the architecture with the most has

// Of the frame with this number among all: the first ones have their places, the last ones share the rest in turn.
constexpr size_t place_of_frame(uint32_t number) noexcept {
  return number < frames_first ? number : frames_first + (number - frames_first) % (frames_kept - frames_first);
}

} // namespace runtime
} // namespace backstop
