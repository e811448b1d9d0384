// The pages of one thread: its alternate stack, its chain, its recoveries, what it has deferred.
#pragma once

#include "stack.h"
#include <cstddef>

namespace backstop {
namespace runtime {

// Chooses the size of alternate stacks (0: the default) and makes threads give their pages back. Once, at
// install. False if there is no pthread key left.
bool prepare_altstacks(size_t size) noexcept;

// What a thread's alternate stack needs, in bytes.
size_t alternate_stack_least() noexcept;

// Maps this thread's pages and enters them in `thread`. False if the kernel refuses.
bool map_thread(const Bounds &stack) noexcept;

// Gives them back, and puts the alternate stack back that was there before. Not while guards are at work.
void release_thread() noexcept;

// Sets this thread's own alternate stack, if it has one, in place of another copy's that was in use and has gone.
void renew_alternate_stack() noexcept;

} // namespace runtime
} // namespace backstop
