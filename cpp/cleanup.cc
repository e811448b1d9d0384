#include "cleanup.h"
#include "chain.h"
#include "copies.h"
#include "guard.h"
#include "runtime_code.h"
#include "stack.h"

namespace backstop {
namespace runtime {
namespace {

constexpr uint32_t nowhere = UINT32_MAX;    // what defer answers where nothing is recovered
constexpr uintptr_t least_room = 16 * 1024; // of stack, for what is deferred, or for an unwinding

// As chain_cut: a fault may come between any two instructions, and what is counted must be complete.
void set_count(uint32_t count) noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  *const_cast<volatile uint32_t *>(&thread.deferred_count) = count;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

bool has_room(uintptr_t stack_pointer) noexcept {
  return is_within_stack(stack_pointer) && stack_pointer - thread.stack_low >= least_room;
}

// The count without those of frames that are gone, now that frames lie above `stack_pointer` only. Of those beyond the
// array nothing is known: they stay while the last that is in it does.
uint32_t count_above(uintptr_t stack_pointer) noexcept {
  uint32_t count = thread.deferred_count;
  uint32_t kept = count < deferred_kept ? count : deferred_kept;
  const uint32_t before = kept;
  while (kept > 0 && thread.deferred[kept - 1].scope < stack_pointer) {
    --kept;
  }
  return kept < before ? kept : count;
}

uint32_t defer(void (*function)(void *), void *data, uintptr_t scope, uintptr_t stack_pointer) noexcept {
  const uint32_t count = count_above(stack_pointer);
  if (count < deferred_kept) {
    thread.deferred[count] = {function, data, scope};
  }
  set_count(count + 1);
  return count;
}

// The stack pointer of the caller of the function that it is inlined into, as that was called.
__attribute__((always_inline)) inline uintptr_t callers_stack_pointer() noexcept {
#if !defined(__clang__)
  return reinterpret_cast<uintptr_t>(__builtin_dwarf_cfa());
#elif defined(__aarch64__)
  return reinterpret_cast<uintptr_t>(__builtin_sponentry());
#else
  return end_of_frame();
#endif
}

} // namespace

bool is_deferred_below(uintptr_t stack_pointer) noexcept {
  return thread.deferred_count > 0 &&
         (thread.deferred_count > deferred_kept || thread.deferred[thread.deferred_count - 1].scope < stack_pointer);
}

void run_deferred(Recovery &recovery, uintptr_t stack_pointer) {
  while (is_deferred_below(stack_pointer)) {
    const uint32_t count = thread.deferred_count;
    if (count > deferred_kept) {
      recovery.cleanups_failed += count - deferred_kept;
      set_count(deferred_kept);
      continue;
    }
    const Deferred newest = thread.deferred[count - 1];
    set_count(count - 1); // first: it runs once, also if it fails
    if (newest.scope < recovery.bottom) {
      continue; // of a frame that was gone before the fault
    }
    const bool has_run = has_room(reinterpret_cast<uintptr_t>(__builtin_frame_address(0))) &&
                         call_quietly(recovery.point->site, newest.function, newest.data);
    ++(has_run ? recovery.cleaned : recovery.cleanups_failed);
  }
}

uint32_t drop_deferred(uintptr_t stack_pointer) noexcept {
  const uint32_t before = thread.deferred_count;
  set_count(count_above(stack_pointer));
  return before - thread.deferred_count;
}

void forget_deferred(uintptr_t stack_pointer) noexcept {
  drop_deferred(stack_pointer);
  drop_deferred_of_others(stack_pointer);
}

void move_to_own_stack(Recovery &recovery, void (*function)(void *)) {
  constexpr uintptr_t red_zone = 128, alignment = 16;
  const uintptr_t below = (recovery.bottom - red_zone) & ~(alignment - 1);
  if (!is_within_stack(reinterpret_cast<uintptr_t>(__builtin_frame_address(0))) && has_room(below)) {
    recovery.base = nullptr;
    go_on_at(below, function, &recovery);
  }
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

BACKSTOP_RUNTIME_CODE uint32_t backstop_defer(void (*function)(void *), void *data) noexcept {
  if (!is_on_stack() && !prepare_for_others()) {
    return nowhere;
  }
  const uintptr_t scope = callers_stack_pointer();
  return defer(function, data, scope, scope);
}

BACKSTOP_RUNTIME_CODE uint32_t backstop_defer_in(const void *scope, void (*function)(void *), void *data) noexcept {
  if (!is_on_stack() && !prepare_for_others()) {
    return nowhere;
  }
  const uintptr_t here = callers_stack_pointer();
  const auto address = reinterpret_cast<uintptr_t>(scope);
  return defer(function, data, address > here && is_within_stack(address) ? address : here, here);
}

BACKSTOP_RUNTIME_CODE void backstop_cancel(uint32_t deferred) noexcept {
  if (deferred < thread.deferred_count) {
    set_count(deferred);
  }
}
