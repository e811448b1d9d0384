// What backstop_defer leaves to be called: in an array of this thread's pages, oldest first, off the stack as the chain
// is. They are run where their frames are left: by an unwinding as it passes them, by a jump all at once.
#pragma once

#include "recovery.h"

namespace backstop {
namespace runtime {

constexpr uint32_t deferred_kept = 1000;

struct Deferred {
  void (*function)(void *);
  void *data;
  uintptr_t scope; // an address in the frame of the scope, or its stack pointer
};

// Whether any belong to frames below `stack_pointer`.
bool is_deferred_below(uintptr_t stack_pointer) noexcept;

// Runs those of the frames below `stack_pointer`, newest first, each under a guard of its own, and notes in the
// recovery how that went. Nothing that is still needed may lie below the caller's own frame. On the handler's stack, or
// where the thread's own is short, they are dropped and count as failed.
void run_deferred(Recovery &recovery, uintptr_t stack_pointer);

// Drops those of the frames below `stack_pointer`, which an exception has left.
void forget_deferred(uintptr_t stack_pointer) noexcept;

// Does so for this copy alone. Answers how many there were.
uint32_t drop_deferred(uintptr_t stack_pointer) noexcept;

// Goes on with function(&recovery) on the thread's own stack, below all that is on it, if this is the handler's and
// there is room. A fault in what is deferred is handled on the handler's stack, so nothing that is still needed may lie
// there.
void move_to_own_stack(Recovery &recovery, void (*function)(void *));

} // namespace runtime
} // namespace backstop
