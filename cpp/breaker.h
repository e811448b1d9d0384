// Refuses a domain's calls for a while when too many have failed: what backstop_domain_set_breaker sets. It knows no
// clock and no threads; both are domain.cc's affair.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

constexpr uint32_t breaker_faults = 64; // that it can count to

bool is_valid(const backstop_breaker &options) noexcept;

class Breaker {
public:
  // Closes it.
  void set(const backstop_breaker &options) noexcept;
  const backstop_breaker &options() const noexcept { return options_; }

  // Healthy, open or probing.
  backstop_domain_state_t state() const noexcept { return state_; }

  // A call has ended by a fault or a deadline. Matters while it is closed: of the probe's end, end_probe is told.
  void note_fault(uint64_t now) noexcept;

  // Asked by a call that would be refused: whether it is to be made, as the probe. So it is when the cool-down is over,
  // and again when it is over for a probe from which nothing was heard.
  bool let_probe(uint64_t now) noexcept;
  uint32_t probe() const noexcept { return probe_; } // the number of the last one
  void end_probe(uint32_t number, bool well, uint64_t now) noexcept;

  // What is left of the cool-down.
  uint64_t remaining(uint64_t now) const noexcept;

  void close() noexcept;

private:
  void open(uint64_t now) noexcept;

  backstop_breaker options_ = {}; // faults == 0: there is none
  backstop_domain_state_t state_ = BACKSTOP_HEALTHY;
  uint64_t since_ = 0; // when it opened, or let the probe through
  uint32_t probe_ = 0;
  uint32_t noted_ = 0;
  uint64_t faults_[breaker_faults] = {}; // when they were; the newest is noted_ - 1
};

} // namespace runtime
} // namespace backstop
