#include "deadline.h"
#include "error.h"
#include "loan.h"
#include "runtime_code.h"
#include "watchdog.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <sched.h>
#include <utility>

namespace backstop {
namespace runtime {
namespace {

constexpr uint64_t never = UINT64_MAX;

uint64_t add(uint64_t time, uint64_t duration) noexcept { return duration < never - time ? time + duration : never; }

bool is_blocked(int signal) noexcept {
  sigset_t mask;
  return pthread_sigmask(SIG_BLOCK, nullptr, &mask) == 0 && sigismember(&mask, signal) == 1;
}

// The call is over, but the signal will come: not to what runs next, which it might wake from a system call.
__attribute__((noinline, cold)) void wait_for_signal(Watched &watched) noexcept {
  constexpr uint64_t taken_after = 20 * 1000 * 1000; // the program has waited for it itself, or ignores it
  const int signal = deadline_signal();
  const uint64_t start = watch_clock();
  while (watched.sent.load() != 0) {
    if (watch_clock() - start > taken_after) {
      thread.interruption.obstacle = "its signal was taken by the program";
      ++thread.interruption.tries;
      watched.sent.store(0);
    }
    if (is_blocked(signal)) {
      sigset_t only;
      sigemptyset(&only);
      sigaddset(&only, signal);
      const timespec at_once = {};
      if (sigtimedwait(&only, nullptr, &at_once) == signal) {
        thread.interruption.obstacle = "its signal was blocked";
        ++thread.interruption.tries;
        watched.sent.store(0);
      }
    }
    sched_yield();
  }
}

} // namespace

void forget_left_scopes() noexcept {
  if (thread.scope_depth > thread.depth) {
    thread.scope_until = 0;
  }
  if (thread.held_depth > thread.depth) {
    thread.holds = 0;
  }
}

Limit::Limit(const backstop_site *site) noexcept
    : until_(0), started_(0), interruption_(std::exchange(thread.interruption, Interruption())),
      special_(thread.special), holds_(thread.holds), scope_until_(thread.scope_until) {
  Watched &watched = *thread.watched;
  list_watched(watched);
  until_ = watched.until.load(std::memory_order_relaxed);
  started_ = watched.started.load(std::memory_order_relaxed);
  const uint64_t now = watch_clock();
  uint64_t until = until_ != 0 ? until_ : never;
  until = thread.scope_until != 0 ? std::min(until, thread.scope_until) : until;
  until = site->deadline != 0 ? std::min(until, add(now, site->deadline)) : until;
  if (until == never) {
    return;
  }
  thread.special |= within_deadline;
  watched.started.store(now, std::memory_order_relaxed);
  watched.until.store(until, std::memory_order_relaxed);
  be_seen(until > now ? until - now : 0);
}

Limit::~Limit() {
  Watched &watched = *thread.watched;
  watched.until.store(until_, std::memory_order_relaxed);
  watched.started.store(started_, std::memory_order_relaxed);
  thread.special = special_;
  thread.scope_until = scope_until_;
  thread.holds = holds_;
  thread.interruption = interruption_;
  fence_with_watchdog();
  if (__builtin_expect(watched.sent.load(std::memory_order_relaxed) != 0 && until_ == 0, 0)) {
    wait_for_signal(watched);
  }
}

backstop_deadline overrun_now() noexcept {
  const Watched &watched = *thread.watched;
  const uint64_t until = watched.until.load(std::memory_order_relaxed), started = watched.started;
  backstop_deadline overrun = {};
  overrun.size = sizeof(overrun);
  overrun.allowed = until > started ? until - started : 0;
  overrun.ran = watch_clock() - started;
  overrun.tries = thread.interruption.tries;
  overrun.obstacle = thread.interruption.obstacle;
  return overrun;
}

backstop_error *Limit::overrun(const backstop_site *site) noexcept {
  Watched &watched = *thread.watched;
  if (watched.sent.load() != 0) {
    wait_for_signal(watched);
  }
  if (thread.interruption.tries == 0) {
    return nullptr;
  }
  backstop_error *error = new_error();
  error->kind = BACKSTOP_DEADLINE;
  error->site = site;
  error->deadline = overrun_now();
  error->compose = [](const backstop_error &late) {
    const std::string allowed = duration_text(late.deadline.allowed), ran = duration_text(late.deadline.ran);
    return std::string(late.site->name) + ": returned after " + ran + " (deadline " + allowed +
           "): it could not be interrupted, for " + late.deadline.obstacle;
  };
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

uint64_t backstop_deadline_enter(uint64_t nanoseconds) noexcept {
  const uint64_t previous = thread.scope_until, until = std::max<uint64_t>(1, add(watch_clock(), nanoseconds));
  thread.scope_until = previous != 0 ? std::min(previous, until) : until;
  if (previous == 0) {
    thread.scope_depth = thread.depth;
  }
  thread.special |= within_deadline;
  return previous;
}

void backstop_deadline_leave(uint64_t previous) noexcept {
  thread.scope_until = previous;
  const bool is_armed = thread.watched != nullptr && thread.watched->until.load(std::memory_order_relaxed) != 0;
  if (previous == 0 && !is_armed) {
    thread.special &= ~within_deadline;
  }
}

void backstop_hold() noexcept { Hold::begin(); }

BACKSTOP_RUNTIME_CODE void backstop_release() {
  if (Hold::end() && thread.interruption.is_due) {
    thread.interruption.is_due = false;
    thread.releasing = true;
    thread.watched->sent.store(1);
    if (!send_deadline(thread.watched->thread)) { // it comes before this returns, unless it is blocked
      thread.watched->sent.store(0);
    }
    thread.releasing = false;
  }
}

const backstop_deadline *backstop_error_deadline(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_DEADLINE ? &error->deadline : nullptr;
}
