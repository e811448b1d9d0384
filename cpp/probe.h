// The one call that is let through to an open domain, for it to show whether the library works again.
#pragma once

#include "domain_state.h"

namespace backstop {
namespace runtime {

// A call that is running on this thread, with what it calls in turn: none of that is refused by the domain.
class Inside {
public:
  explicit Inside(const backstop_domain *domain) noexcept; // null: it is an ordinary call
  ~Inside();
  Inside(const Inside &) = delete;
  Inside &operator=(const Inside &) = delete;

  static bool is(const backstop_domain *domain) noexcept;

private:
  const backstop_domain *domain_;
  const Inside *outer_;
};

// Under the lock. A call is let through: the next one of the domain that this thread makes is the probe.
void send_probe(const DomainState &state) noexcept;

// Under the lock. Whether this thread was sent one, but has not made the call: what is passed to it may have panicked.
bool is_sent(const DomainState &state) noexcept;

// A guarded call, which is the probe if one was sent.
class Probe {
public:
  explicit Probe(const backstop_site *site) noexcept;

  // How it has ended; null: it has returned. One of which nobody says that is thought lost (see breaker.h).
  void end(const backstop_error *error) noexcept;

private:
  DomainState *state_; // null: it is none
  uint32_t number_ = 0;
  Inside inside_;
};

} // namespace runtime
} // namespace backstop
