#include "domain.h"
#include "counters.h"
#include "domain_state.h"
#include "error.h"
#include <cstdio>
#include <cstring>

namespace backstop {
namespace runtime {

void count_elsewhere(backstop_domain *domain) noexcept {
  if (DomainState *state = state_of(domain)) {
    state->calls.fetch_add(1, std::memory_order_relaxed);
  }
}

void note_exception(const backstop_error &error) noexcept {
  const backstop_domain *domain = error.site->domain;
  DomainState *state = domain != nullptr ? known_state(domain) : nullptr;
  if (state != nullptr && (error.kind == BACKSTOP_EXCEPTION || error.kind == BACKSTOP_PANIC)) {
    state->exceptions.fetch_add(1, std::memory_order_relaxed);
  }
}

void note_fault(const backstop_error &error, const char *message) noexcept {
  backstop_domain *domain = error.site->domain;
  if (domain == nullptr) {
    return;
  }
  const bool is_torn = error.fault != nullptr && error.fault->recovery.is_torn;
  const bool taints = is_torn && domain->on_torn == BACKSTOP_REFUSE_CALLS;
  DomainState *state = known_state(domain);
  if (state == nullptr) { // there was no memory for it, but the taint stands all the same
    if (taints) {
      __atomic_store_n(&domain->refusing, 1, __ATOMIC_RELEASE);
    }
    return;
  }
  message = message != nullptr ? message : "a fault";
  change(*state, [&](uint64_t now) {
    if (error.kind == BACKSTOP_DEADLINE) {
      ++state->deadlines;
    } else {
      ++state->faults;
      ++state->faults_by_kind[error.fault->fault.kind];
    }
    state->torn += is_torn;
    state->is_tainted |= taints;
    copy_text(state->last_fault, message);
    if (state->first_fault[0] == '\0') {
      copy_text(state->first_fault, message);
    }
    state->breaker.note_fault(now);
    state->history.note(moment_of(*state, now));
  });
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

backstop_domain_state_t backstop_domain_state(const backstop_domain *domain) noexcept {
  const DomainState *state = known_state(domain);
  if (state == nullptr) {
    return may_refuse(domain) ? BACKSTOP_TAINTED : BACKSTOP_HEALTHY;
  }
  const DomainLock lock;
  return state->state();
}

int backstop_domain_is_tainted(const backstop_domain *domain) noexcept {
  return backstop_domain_state(domain) == BACKSTOP_TAINTED;
}

size_t backstop_domain_first_fault(const backstop_domain *domain, char *buffer, size_t size) noexcept {
  char text[fault_text] = "";
  if (const DomainState *state = known_state(domain)) {
    const DomainLock lock;
    copy_text(text, state->first_fault);
  } else if (may_refuse(domain)) {
    copy_text(text, "a fault");
  }
  std::snprintf(buffer, size, "%s", text);
  return std::strlen(text);
}

int backstop_domain_counters(const backstop_domain *domain, backstop_counters *counters) noexcept {
  if (counters->size != sizeof(*counters)) {
    return 0;
  }
  *counters = {};
  counters->size = sizeof(*counters);
  if (const DomainState *state = known_state(domain)) {
    const DomainLock lock;
    counters->calls = calls_of(*state);
    counters->exceptions = state->exceptions;
    counters->faults = state->faults;
    std::memcpy(counters->faults_by_kind, state->faults_by_kind, sizeof(counters->faults_by_kind));
    counters->deadlines = state->deadlines;
    counters->torn = state->torn;
    counters->refused = state->refused;
    counters->resets = state->resets;
  }
  return 1;
}

int backstop_domain_budget(backstop_domain *domain, uint64_t window, backstop_budget *budget) noexcept {
  if (budget->size != sizeof(*budget) || window == 0) {
    return 0;
  }
  *budget = {sizeof(*budget), 0, 0, 0};
  if (DomainState *state = state_of(domain)) {
    at_present(*state, [=](uint64_t now) {
      const Moment start = state->history.at(now > window ? now - window : 0), end = moment_of(*state, now);
      budget->span = now > start.time ? now - start.time : 0;
      budget->calls = end.calls - start.calls;
      budget->faults = end.faults - start.faults;
      state->history.note(end);
    });
  }
  return 1;
}

int backstop_domain_set_breaker(backstop_domain *domain, const backstop_breaker *breaker) noexcept {
  const backstop_breaker none = {sizeof(none), 0, 0, 0, nullptr, nullptr};
  const backstop_breaker &options = breaker != nullptr ? *breaker : none;
  DomainState *state = is_valid(options) ? state_of(domain) : nullptr;
  if (state == nullptr) {
    return 0;
  }
  const uint64_t now = read_clock(options);
  backstop_domain_state_t before, after;
  {
    const DomainLock lock;
    before = state->state();
    state->breaker.set(options);
    after = state->state();
    publish(*state);
    state->history.clear(); // by another clock, it would not say when things were
    state->history.note(moment_of(*state, now));
  }
  tell(*state, before, after);
  return 1;
}

backstop_domain *backstop_next_domain(const backstop_domain *domain) noexcept {
  const DomainState *known = domain != nullptr ? known_state(domain) : nullptr;
  const DomainState *next = domain == nullptr || known != nullptr ? next_state(known) : nullptr;
  return next != nullptr ? next->domain : nullptr;
}
