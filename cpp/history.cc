#include "history.h"
#include <algorithm>

namespace backstop {
namespace runtime {

void History::note(const Moment &moment) noexcept {
  if (count_ == kept) {
    Moment *gone = moments_ + least_telling(moment.time);
    std::copy(gone + 1, moments_ + count_, gone);
    --count_;
  }
  moments_[count_++] = moment;
}

// The one without which the gap would be the smallest, for its age: so they lie the closer together the newer they are.
uint32_t History::least_telling(uint64_t now) const noexcept {
  uint32_t least = 1;
  double smallest = 2; // a gap is never wider than its start is old
  for (uint32_t index = 1; index + 1 < count_; ++index) {
    const uint64_t start = moments_[index - 1].time, end = moments_[index + 1].time;
    const double gap = now > start ? static_cast<double>(end - start) / static_cast<double>(now - start) : 0;
    if (gap < smallest) {
      smallest = gap;
      least = index;
    }
  }
  return least;
}

const Moment &History::at(uint64_t time) const noexcept {
  uint32_t index = count_ - 1;
  while (index > 0 && moments_[index].time > time) {
    --index;
  }
  return moments_[index];
}

} // namespace runtime
} // namespace backstop
