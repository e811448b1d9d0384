#include "chain.h"

using namespace backstop::runtime;

uint32_t backstop_barrier_enter(const char *name) noexcept {
  const uint32_t previous = thread.depth;
  if (Point *point = chain_next()) {
    point->site = nullptr;
    point->barrier = name;
  }
  chain_push();
  return previous;
}

void backstop_barrier_leave(uint32_t previous) noexcept { chain_cut(previous); }
