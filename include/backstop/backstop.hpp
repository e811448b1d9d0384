// backstop for C++11 and later: what backstop.h offers, with scopes.
#pragma once

#include "backstop/backstop.h"

namespace backstop {

// While it lives, code of another language runs on this thread: a fault there is not recovered by the guards
// around it. `name` appears in the message that ends the process and must outlive the barrier.
class barrier {
public:
  explicit barrier(const char *name) noexcept : previous_(backstop_barrier_enter(name)) {}
  ~barrier() { backstop_barrier_leave(previous_); }
  barrier(const barrier &) = delete;
  barrier &operator=(const barrier &) = delete;

private:
  uint32_t previous_;
};

} // namespace backstop
