// Stacks that end, and buffers on them that are written past their end.
#include "opaque.h"
#include "zoo.h"
#include <cstddef>

namespace zoo {
namespace {

// The frame is used after the call too, so that this can't become a loop.
template <std::size_t size> __attribute__((noinline)) std::int32_t deeper(std::int32_t depth) {
  volatile char frame[size];
  frame[0] = static_cast<char>(depth);
  std::int32_t below = opaque(true) ? deeper<size>(depth + 1) : 0;
  return below + frame[0];
}

} // namespace

std::int32_t small_frames() { return deeper<16>(0); }

// Steps over a thread's guard page unless the compiler touches each page of a frame in turn
// (-fstack-clash-protection, see build.rs).
std::int32_t large_frames() { return deeper<100 * 1024>(0); }

// Into its own frame's stack protector and no farther: the frames of its callers stay whole.
void smash_stack() {
  char buffer[16];
  volatile char *end = opaque(buffer + sizeof buffer);
  for (int past = 0; past < 16; past++)
    end[past] = 'x';
}

// What _FORTIFY_SOURCE makes of a memset whose length only shows when it runs.
void overflow_checked_buffer() {
  char buffer[16];
  __builtin___memset_chk(buffer, 'x', opaque(sizeof buffer + 1), sizeof buffer);
  opaque(&buffer[0]);
}

} // namespace zoo
