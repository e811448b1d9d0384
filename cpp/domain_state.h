// All that is known of a domain, behind its `state`.
#pragma once

#include "breaker.h"
#include "domain_lock.h"
#include "history.h"
#include <atomic>
#include <cstddef>

namespace backstop {
namespace runtime {

constexpr size_t fault_text = 1024; // kept of a message, with its NUL

struct DomainState {
  // These need no lock.
  std::atomic<uint64_t> calls{0}; // those that no thread's array has
  std::atomic<uint64_t> exceptions{0};
  std::atomic<uint64_t> refused{0};
  std::atomic<DomainState *> next{nullptr}; // in the order in which they were registered
  backstop_domain *domain = nullptr;

  // The rest does.
  bool is_tainted = false;
  Breaker breaker;
  History history;
  uint64_t faults = 0, faults_by_kind[BACKSTOP_FAULT_KINDS] = {};
  uint64_t deadlines = 0, torn = 0, resets = 0;
  char first_fault[fault_text] = "", last_fault[fault_text] = "";

  void (*on_reset)(void *data) = nullptr;
  void *on_reset_data = nullptr;
  backstop_site reset_site = {}; // once there was an on_reset

  backstop_domain_state_t state() const noexcept { return is_tainted ? BACKSTOP_TAINTED : breaker.state(); }
};

// Null if nobody has had use for it yet.
DomainState *known_state(const backstop_domain *domain) noexcept;

// Registers the domain if need be. Null if memory is short. Not where a fault has just been recovered: the heap may be
// in disorder.
DomainState *state_of(backstop_domain *domain) noexcept;

// The one that was registered after it; of null, the first. Null: there is none.
DomainState *next_state(const DomainState *state) noexcept;

void copy_text(char (&to)[fault_text], const char *from) noexcept;

// Under the lock: how things stand.
uint64_t calls_of(const DomainState &state) noexcept;
Moment moment_of(const DomainState &state, uint64_t now) noexcept;

// Under the lock, after each change: what calls look at.
void publish(const DomainState &state) noexcept;

// Tells those who want to know. Not under the lock.
void tell(const DomainState &state, backstop_domain_state_t before, backstop_domain_state_t after) noexcept;

uint64_t read_clock(const backstop_breaker &options) noexcept;

// Calls act(now) under the lock. The clock, which may be the program's, is asked without.
template <typename Act> void at_present(DomainState &state, Act act) noexcept {
  for (;;) {
    backstop_breaker options;
    {
      const DomainLock lock;
      options = state.breaker.options();
    }
    const uint64_t now = read_clock(options);
    const DomainLock lock;
    const backstop_breaker &present = state.breaker.options();
    if (present.clock == options.clock && present.data == options.data) { // or else that was another time
      act(now);
      return;
    }
  }
}

// The same for what may change the state.
template <typename Act> void change(DomainState &state, Act act) noexcept {
  backstop_domain_state_t before = BACKSTOP_HEALTHY, after = BACKSTOP_HEALTHY;
  at_present(state, [&](uint64_t now) {
    before = state.state();
    act(now);
    after = state.state();
    publish(state);
  });
  tell(state, before, after);
}

} // namespace runtime
} // namespace backstop
