// The chain of this thread: recovery points and barriers, oldest first, in an array of its own pages. It is
// off the stack so that a buffer overflow in the callee can't rewrite where recovery goes.
#pragma once

#include "surroundings.h"
#include "thread.h"
#include <atomic>
#include <csetjmp>
#include <cstddef>

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(BACKSTOP_PORTABLE_ENTRY)
#define BACKSTOP_PORTABLE_ENTRY // there is no other
#endif

namespace backstop {
namespace runtime {

// What the entry keeps to return by, if not the callee: as its assembly has it.
#if defined(BACKSTOP_PORTABLE_ENTRY)
using EntryRegisters = sigjmp_buf;
#elif defined(__x86_64__)
using EntryRegisters = uintptr_t[8];
#else
using EntryRegisters = uintptr_t[20];
#endif

struct Recovery;

struct Point {
  EntryRegisters registers;
  uintptr_t stack_pointer;   // in the entry, at its call, or at that of the barrier: below are the callee's frames
  const backstop_site *site; // null: a barrier
  const char *barrier;       // its name
  Recovery *unwinding;       // on its way here; null: none
  Surroundings surroundings;
#ifdef BACKSTOP_PORTABLE_ENTRY
  const volatile uintptr_t *canary; // in the entry's frame

  bool is_overwritten() const noexcept { return *canary != thread.canary; }
#else
  // The canary is what lies lowest in the entry's frame.
  bool is_overwritten() const noexcept { return *reinterpret_cast<const uintptr_t *>(stack_pointer) != thread.canary; }
#endif
};
#ifndef BACKSTOP_PORTABLE_ENTRY
static_assert(offsetof(Point, registers) == 0 && offsetof(Point, stack_pointer) == sizeof(EntryRegisters) &&
                  offsetof(Thread, depth) == 12 && offsetof(Thread, canary) == 16,
              "the assembly relies on it");
#endif

// Whether a frame is that of the point's entry, or beyond. An interrupted one with the same stack pointer is neither:
// it is of a function that the entry has called, and that has taken no stack, where calls themselves take none.
inline bool is_at_or_past(const Point &point, uintptr_t stack_pointer, bool is_exact) noexcept {
  return is_exact ? stack_pointer > point.stack_pointer : stack_pointer >= point.stack_pointer;
}

// The newest entry; null if there is none, or if it exists by count only.
inline Point *chain_top() noexcept {
  const uint32_t depth = thread.depth;
  return depth > 0 && depth <= thread.capacity ? &thread.points[depth - 1] : nullptr;
}

// The entry that the next call will take; null if there is none, since the array is full or missing.
inline bool chain_has_next() noexcept { return thread.depth < thread.capacity; }
inline Point *chain_next() noexcept { return chain_has_next() ? &thread.points[thread.depth] : nullptr; }

// Publishes it. A signal may arrive between any two instructions: whoever counts an entry must find it
// complete, and the compiler must not move or drop the store, though it sees nobody read it.
inline void chain_push() noexcept {
  std::atomic_signal_fence(std::memory_order_release);
  *const_cast<volatile uint32_t *>(&thread.depth) = thread.depth + 1;
  std::atomic_signal_fence(std::memory_order_acq_rel);
}

// Back to an earlier depth: on every way out of a guard or barrier.
inline void chain_cut(uint32_t depth) noexcept {
  std::atomic_signal_fence(std::memory_order_acq_rel);
  *const_cast<volatile uint32_t *>(&thread.depth) = depth;
}

} // namespace runtime
} // namespace backstop
