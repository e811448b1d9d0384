// Overflows of the stack: the destructors that run need some of it.
#include "rows.h"
#include <string>

namespace {

template <size_t Size, typename Object> FRAME int recurse(int depth) {
  const Object object;
  volatile char frame[Size];
  opaque(&frame[0])[0] = static_cast<char>(depth);
  const int deeper = opaque(depth) != 0 ? recurse<Size, Object>(depth + 1) : 0;
  return deeper + frame[0];
}

template <size_t Size, typename Object> void overflow() {
  within<2>([] { recurse<Size, Object>(opaque(1)); });
}

FRAME size_t recurse_with_strings(const std::string &text) {
  const std::string longer = text.substr(0, 100) + 'x';
  const size_t deeper = opaque(true) ? recurse_with_strings(longer) : 0;
  return deeper + longer.size();
}

} // namespace

ROW(overflow_small, "stack overflow, in small frames") { overflow<64, Nothing>(); }

ROW(overflow_small_with_objects, "stack overflow, in small frames with an object each") { overflow<64, Counted>(); }

ROW(overflow_large, "stack overflow, in frames of 4 KiB") { overflow<4096, Nothing>(); }

ROW(overflow_large_with_objects, "stack overflow, in frames of 4 KiB with an object each") {
  overflow<4096, Counted>();
}

namespace {

struct Hungry {
  Counted object;
  FRAME ~Hungry() {
    volatile char frame[16 * 1024];
    for (size_t at = 0; at < sizeof(frame); at += 1024) {
      frame[at] = 1;
    }
    const Counted local;
  }
};

} // namespace

ROW(overflow_with_hungry_destructors, "stack overflow, in frames with an object each whose destructor needs 16 KiB") {
  overflow<64, Hungry>();
}

ROW(overflow_with_strings, "stack overflow, in frames with strings from the heap") {
  within<2>([] { recurse_with_strings(std::string(100, 'x')); });
}
