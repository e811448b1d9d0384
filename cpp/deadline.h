// Deadlines of guarded calls, as the calling thread sees them.
#pragma once

#include "guard.h"
#include "thread.h"

namespace backstop {
namespace runtime {

// Sets the deadline of a call for as long as it lives: the earliest of that of its site, that of the scope that the
// thread is in, and that of the call around it.
class Limit {
public:
  explicit Limit(const backstop_site *site) noexcept;
  ~Limit();
  Limit(const Limit &) = delete;
  Limit &operator=(const Limit &) = delete;

  // The error of a call that could not be interrupted, and has now returned; null if there is nothing to be said.
  backstop_error *overrun(const backstop_site *site) noexcept;

private:
  uint64_t until_, started_; // of the call around it
  Interruption interruption_;
  uint32_t special_;
  uint32_t holds_;
  uint64_t scope_until_;
};

// Forgets the scopes and regions of a guarded call that was left other than by returning.
void forget_left_scopes() noexcept;

// While it lives, calls on this thread are not interrupted.
struct Hold {
  Hold() noexcept { begin(); }
  ~Hold() { end(); }
  Hold(const Hold &) = delete;
  Hold &operator=(const Hold &) = delete;

  __attribute__((always_inline)) static void begin() noexcept {
    if (thread.holds++ == 0) {
      thread.held_depth = thread.depth;
    }
  }

  // Whether none is out any more.
  static bool end() noexcept { return thread.holds > 0 && --thread.holds == 0; }
};

// What an error says of the deadline of the call that is running.
backstop_deadline overrun_now() noexcept;

} // namespace runtime
} // namespace backstop
