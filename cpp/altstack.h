// The pages of one thread: its alternate stack, its chain, its recoveries.
#pragma once

#include <cstddef>

namespace backstop {
namespace runtime {

// Chooses the size of alternate stacks (0: the default) and makes threads give their pages back. Once, at
// install. False if there is no pthread key left.
bool prepare_altstacks(size_t size) noexcept;

// Maps this thread's pages and enters them in `thread`. False if the kernel refuses.
bool map_thread() noexcept;

// Sets this thread's own alternate stack, if it has one, in place of another copy's that was in use and has gone.
void renew_alternate_stack() noexcept;

} // namespace runtime
} // namespace backstop
