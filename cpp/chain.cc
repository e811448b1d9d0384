#include "chain.h"
#include "stack.h"

using namespace backstop::runtime;

// What enter answers on another stack than the thread's own. Fibers come and go in no order, so they leave the chain
// alone; nothing is recovered there.
constexpr uint32_t elsewhere = UINT32_MAX;

uint32_t backstop_barrier_enter(const char *name) noexcept {
  if (!is_on_stack()) {
    return elsewhere;
  }
  const uint32_t previous = thread.depth;
  if (Point *point = chain_next()) {
    point->site = nullptr;
    point->unwinding = nullptr;
    point->barrier = name;
  }
  chain_push();
  return previous;
}

void backstop_barrier_leave(uint32_t previous) noexcept {
  if (previous != elsewhere) {
    chain_cut(previous);
  }
}
