// glibc's allocator aborts when it finds the heap corrupt, often with its lock held. Whether it was the allocator that
// stopped, and whether malloc can be used afterwards.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

// Whether this text is one of the allocator's.
bool is_allocators(const char *message) noexcept;

// Whether the heap can be used after the allocator stopped with this message, in a call of realloc or of another.
bool leaves_heap_usable(const char *message, bool in_realloc) noexcept;

// The allocator's message, if it is what is aborting on this thread: its text lies in libc, and the function that
// prints it keeps a pointer to it on the stack, between these two addresses. Null if there is none. __abort_msg can't
// be relied upon for this: when two threads abort at once, one gets the other's.
const char *find_on_stack(uintptr_t stack_pointer, uintptr_t guard) noexcept;

// Whether there is but one thread, for which the allocator takes no lock.
bool is_single_threaded() noexcept;

// Learns where libc's constants are. Once, in ordinary context. The others are async-signal-safe.
void prepare_heap_corruption() noexcept;

} // namespace runtime
} // namespace backstop
