#include "domain_state.h"
#include "call_list.h"
#include "counters.h"
#include "domain.h"
#include <chrono>
#include <cstdio>

namespace backstop {
namespace runtime {
namespace {

std::atomic<DomainState *> first, last;
uint32_t registered; // how many; under the lock
CallList<backstop_domain_listener> listeners;

// Unless another thread has done so.
void enter(backstop_domain &domain, DomainState &state, uint64_t now) noexcept {
  const DomainLock lock;
  if (domain.state != nullptr) {
    return;
  }
  state.domain = &domain;
  state.is_tainted = may_refuse(&domain); // by a fault, when there was no memory for this
  state.history.note({now, 0, 0});
  DomainState *previous = last;
  (previous != nullptr ? previous->next : first) = &state;
  last = &state;
  __atomic_store_n(&domain.state, &state, __ATOMIC_RELEASE);
  __atomic_store_n(&domain.index, ++registered, __ATOMIC_RELEASE);
}

} // namespace

DomainState *known_state(const backstop_domain *domain) noexcept {
  return static_cast<DomainState *>(__atomic_load_n(&domain->state, __ATOMIC_ACQUIRE));
}

DomainState *state_of(backstop_domain *domain) noexcept {
  if (DomainState *state = known_state(domain)) {
    return state;
  }
  auto *made = new (std::nothrow) DomainState();
  if (made == nullptr) {
    return nullptr;
  }
  enter(*domain, *made, read_clock({}));
  DomainState *state = known_state(domain);
  if (state != made) {
    delete made;
  }
  return state;
}

DomainState *next_state(const DomainState *state) noexcept { return state != nullptr ? state->next : first; }

void copy_text(char (&to)[fault_text], const char *from) noexcept { std::snprintf(to, sizeof(to), "%s", from); }

uint64_t calls_of(const DomainState &state) noexcept {
  return state.calls.load(std::memory_order_relaxed) + calls_on_threads(state.domain->index);
}

Moment moment_of(const DomainState &state, uint64_t now) noexcept {
  return {now, calls_of(state), state.faults + state.deadlines};
}

void publish(const DomainState &state) noexcept {
  __atomic_store_n(&state.domain->refusing, state.state() != BACKSTOP_HEALTHY, __ATOMIC_RELEASE);
}

void tell(const DomainState &state, backstop_domain_state_t before, backstop_domain_state_t after) noexcept {
  if (before != after) {
    listeners.visit_until([&](backstop_domain_listener listener, void *data) {
      listener(state.domain, after, data);
      return false;
    });
  }
}

uint64_t read_clock(const backstop_breaker &options) noexcept {
  if (options.clock != nullptr) {
    return options.clock(options.data);
  }
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

int backstop_add_domain_listener(backstop_domain_listener listener, void *data, int32_t priority) noexcept {
  return listeners.add(listener, data, priority);
}

int backstop_remove_domain_listener(backstop_domain_listener listener, void *data) noexcept {
  return listeners.remove(listener, data);
}
