// Back to health: backstop_domain_reset, and what the program has to do for it.
#include "guard.h"
#include "probe.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

using namespace backstop::runtime;

namespace {

// What its faults are told by. The name is kept for ever, as the domain is.
backstop_site reset_site(const backstop_domain &domain) noexcept {
  const size_t size = std::strlen(domain.name) + sizeof("reset of ``");
  auto *name = static_cast<char *>(std::malloc(size));
  if (name != nullptr) {
    std::snprintf(name, size, "reset of `%s`", domain.name);
  }
  return {name != nullptr ? name : "reset of a domain", "", 0, BACKSTOP_UNWIND, nullptr, 0};
}

// Null: it has returned, or there is nothing to be called.
backstop_error *call_on_reset(const DomainState &state) {
  void (*function)(void *), *data;
  {
    const DomainLock lock;
    function = state.on_reset;
    data = state.on_reset_data;
  }
  const Inside inside(state.domain); // what it calls itself is not refused
  return function != nullptr ? guard(&state.reset_site, function, data) : nullptr;
}

} // namespace

void backstop_domain_on_reset(backstop_domain *domain, void (*reset)(void *), void *data) noexcept {
  DomainState *state = state_of(domain);
  if (state == nullptr) {
    return;
  }
  bool is_first;
  {
    const DomainLock lock;
    is_first = state->reset_site.name == nullptr;
  }
  const backstop_site site = is_first ? reset_site(*domain) : state->reset_site;
  const DomainLock lock;
  state->reset_site = site;
  state->on_reset = reset;
  state->on_reset_data = data;
}

backstop_error *backstop_domain_reset(backstop_domain *domain) noexcept {
  DomainState *state = known_state(domain);
  if (state == nullptr) {
    __atomic_store_n(&domain->refusing, 0, __ATOMIC_RELEASE);
    return nullptr;
  }
  if (backstop_error *error = call_on_reset(*state)) {
    return error;
  }
  change(*state, [=](uint64_t) {
    state->first_fault[0] = '\0';
    if (!std::exchange(state->is_tainted, false)) { // or else it would never open where each taint is reset at once
      state->breaker.close();
    }
    ++state->resets;
  });
  return nullptr;
}
