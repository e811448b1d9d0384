// How many calls and faults there were at some moments of the past: backstop_domain_budget.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

struct Moment {
  uint64_t time, calls, faults;
};

class History {
public:
  // The first is kept; of the others, those that tell the least go when there is no room.
  void note(const Moment &moment) noexcept;

  // The newest that is as old as that, or the first. There must be one.
  const Moment &at(uint64_t time) const noexcept;

  void clear() noexcept { count_ = 0; }

private:
  static constexpr uint32_t kept = 64;

  uint32_t least_telling(uint64_t now) const noexcept;

  Moment moments_[kept] = {}; // oldest first
  uint32_t count_ = 0;
};

} // namespace runtime
} // namespace backstop
