#include "backstop-stress/src/operations/overflows.h"
#include "backstop-stress/src/operations/alive.h"
#include <string>

namespace stress {
namespace {

constexpr std::size_t frame_size = 1000;

std::int32_t deeper(std::int32_t depth) {
  const Alive object;
  volatile char frame[frame_size];
  frame[0] = static_cast<char>(depth);
  return (opaque(true) ? deeper(depth + 1) : 0) + frame[0];
}

// Most often it is in here, or in what this calls, that the stack comes to its end.
std::int32_t deeper_allocating(std::int32_t depth) {
  const Alive object;
  const std::string text(static_cast<std::size_t>(40 + depth % 2000), 'x');
  return (opaque(true) ? deeper_allocating(depth + 1) : 0) + opaque(text.data())[0];
}

} // namespace

void recurse() { deeper(0); }

void recurse_allocating() { deeper_allocating(0); }

} // namespace stress
