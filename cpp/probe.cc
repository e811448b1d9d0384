#include "probe.h"
#include "deadline.h"
#include "error.h"
#include "thread.h"

namespace backstop {
namespace runtime {

Inside::Inside(const backstop_domain *domain) noexcept : domain_(domain), outer_(thread.inside) {
  if (domain_ != nullptr) { // an ordinary call may be one on a fiber, which is left for good
    thread.inside = this;
  }
}

Inside::~Inside() {
  if (domain_ != nullptr) {
    thread.inside = outer_;
  }
}

bool Inside::is(const backstop_domain *domain) noexcept {
  const Inside *inside = thread.inside;
  while (inside != nullptr && inside->domain_ != domain) {
    inside = inside->outer_;
  }
  return inside != nullptr;
}

void send_probe(const DomainState &state) noexcept {
  thread.special |= probing;
  thread.probe = state.domain;
  thread.probe_number = state.breaker.probe();
}

bool is_sent(const DomainState &state) noexcept {
  return state.state() == BACKSTOP_PROBING && thread.probe == state.domain &&
         thread.probe_number == state.breaker.probe();
}

Probe::Probe(const backstop_site *site) noexcept
    : state_(site->domain != nullptr && site->domain == thread.probe ? known_state(site->domain) : nullptr),
      inside_(state_ != nullptr ? site->domain : nullptr) {
  if (state_ != nullptr) {
    number_ = thread.probe_number;
    thread.probe = nullptr;
    thread.special &= ~probing;
  }
}

void Probe::end(const backstop_error *error) noexcept {
  if (state_ != nullptr) {
    const bool well = error == nullptr || (error->kind != BACKSTOP_FAULT && error->kind != BACKSTOP_DEADLINE);
    change(*state_, [this, well](uint64_t now) { state_->breaker.end_probe(number_, well, now); });
  }
}

} // namespace runtime
} // namespace backstop
