// What a function of libc, of the loader, of the allocator or of the unwinder may hold when it is left in the middle: a
// lock that nobody would release turns the crash into a hang.
//
// Of several frames of libc in a row the outermost decides, but for the heap: strdup holds nothing, and the malloc that
// it called may.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

enum class Holds : uint8_t {
  not_libc, // none of theirs: nothing is said of it
  nothing,  // takes no lock while it touches the caller's memory or calls back
  // Takes a lock, and releases it if libc's old-style cleanup handlers are run, as siglongjmp does, or if it is unwound
  // after that.
  released,
  // Takes a lock, and releases it only if it is unwound, and from a call that it made: its table has nothing for its
  // own instructions.
  released_by_unwinding,
  heap,     // an entry of the allocator, libc's or a replaced one
  loader,   // loads, unloads or looks up, or is the dynamic loader's own code
  unwinder, // walks frames
  unknown,  // any other code of libc: it isn't known to hold no lock
};

// `function_start` as the unwind table has it, 0 if it has none. Async-signal-safe.
Holds holds(uintptr_t function_start, uintptr_t pc) noexcept;

// Whether this is an entry of libc's allocator that takes the lock only for the functions that it calls, so that
// nothing is held where its own instructions fault.
bool locks_only_for_calls(uintptr_t function_start) noexcept;

// Whether C++ is told that it may throw, though it is C: where a thread may be cancelled.
bool is_cancellation_point(uintptr_t function_start) noexcept;

// Whether it waits for other threads, and can be left while it does: what it has changed is changed back by its
// cleanups.
bool is_wait(uintptr_t function_start) noexcept;

// Whether it is not to be left halfway, unless it waits for the kernel.
bool is_indivisible(uintptr_t function_start) noexcept;

// Whether it can't be left even then.
bool is_never_left(uintptr_t function_start) noexcept;

// Whether it is a function of streams that returns a new one.
bool is_opening(uintptr_t function_start) noexcept;

bool is_realloc(uintptr_t function_start) noexcept;

// Whether it is free, realloc or the like, also of another allocator.
bool is_freeing(uintptr_t function_start) noexcept;

// Whether libc's functions can be told by their names. Not so in a static executable.
bool is_libc_known() noexcept;

// Whether malloc isn't libc's own, but a library's that was loaded before it, or the program's.
bool is_allocator_replaced() noexcept;

// Learns where the functions are. Once, in ordinary context.
void prepare_critical() noexcept;

} // namespace runtime
} // namespace backstop
