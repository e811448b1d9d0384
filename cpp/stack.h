// Where this thread's stack is.
#pragma once

#include "registers.h"
#include "thread.h"
#include <cstdint>

namespace backstop {
namespace runtime {

// Bytes. Set at install, since guarded calls may be made before static initialisers have run.
extern uintptr_t page_size;
void prepare_stacks() noexcept;

// Of a stack. 0 and 0: what the C library knows of this thread's own.
struct Bounds {
  uintptr_t low, high;
};

// Enters the bounds in `thread`. To find them allocates. False if they can't be had. In ordinary context.
bool set_stack(const Bounds &bounds) noexcept;

// Finds them anew where they may have changed: the main thread's stack ends where the limit says, and the program may
// move that. Async-signal-safe.
void refresh_stack() noexcept;

inline bool is_within_stack(uintptr_t address) noexcept {
  return address >= thread.stack_low && address < thread.stack_high;
}

// Whether the caller is on this thread's own stack, and not on a fiber's.
inline bool is_on_stack() noexcept {
  const uintptr_t here = current_stack_pointer();
  if (is_within_stack(here)) {
    return true;
  }
  refresh_stack();
  return is_within_stack(here);
}

// Whether the end of the stack matters to such an access, or may not be where it was thought to be.
inline bool may_be_past_stack(uintptr_t stack_pointer, uintptr_t address) noexcept {
  constexpr uintptr_t largest_frame = 1024 * 1024;
  return !is_within_stack(stack_pointer) || address - stack_pointer + largest_frame < 2 * largest_frame;
}

// Whether an access to `address` with this stack pointer has run off the end of the stack: the frame, however large,
// spans the end, and the access was to its part beyond, or to the page where the stack ends.
bool is_past_stack(uintptr_t stack_pointer, uintptr_t address) noexcept;

} // namespace runtime
} // namespace backstop
