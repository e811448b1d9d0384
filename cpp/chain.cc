#include "chain.h"
#include "copies.h"
#include "registers.h"
#include "runtime_code.h"
#include "rust_exceptions.h"
#include "stack.h"

namespace backstop {
namespace runtime {

bool is_callback_guarded() noexcept {
  const Point *barrier = chain_top();
  // So deep that the chain counts only: there are guards, and where none is next, the unwinding ends at a noexcept.
  const bool is_deep = thread.depth > thread.capacity && thread.capacity > 0;
  const bool is_guarded = barrier != nullptr && thread.depth > 1 && (barrier - 1)->site != nullptr &&
                          !is_behind_barrier_of_others((barrier - 1)->stack_pointer);
  return is_guarded || is_deep || thread.elsewhere > 0;
}

const char *callback_name() noexcept {
  const Point *barrier = chain_top();
  return barrier != nullptr ? barrier->barrier : thread.callback;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

// What enter answers on another stack than the thread's own. Fibers come and go in no order, so they leave the chain
// alone; nothing is recovered there.
constexpr uint32_t elsewhere = UINT32_MAX;

BACKSTOP_RUNTIME_CODE uint32_t backstop_barrier_enter(const char *name) noexcept {
  if (!is_on_stack() && !prepare_for_others()) {
    thread.callback = name;
    return elsewhere;
  }
  const uint32_t previous = thread.depth;
  if (Point *point = chain_next()) {
    point->site = nullptr;
    point->unwinding = nullptr;
    point->barrier = name;
    point->stack_pointer = end_of_frame();
  }
  chain_push();
  return previous;
}

BACKSTOP_RUNTIME_CODE void backstop_barrier_leave(uint32_t previous) noexcept {
  if (previous != elsewhere) {
    chain_cut(previous);
  }
}
