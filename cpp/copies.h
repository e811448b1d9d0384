// Other copies of this runtime in the process: linked into two shared libraries, say, or into the program and also into
// a library that it loads. Each keeps chains of its own. But only the first to be installed sets handlers; the others
// join it, and so there is never one that takes another for the handler that was there before backstop. A fault comes
// to the first, which gives it to the copy whose guard or barrier is the innermost on that thread. What that copy
// doesn't recover goes on to the handler that was there before the first.
//
// A copy that is of another version can't join. It sets no handlers either, and its guards catch exceptions only.
#pragma once

#include "backstop/backstop.h"
#include <atomic>
#include <csignal>
#include <exception>

namespace backstop {
namespace runtime {

// An entry of a chain.
struct Entry {
  uintptr_t stack_pointer; // 0: there is none
  bool is_barrier;
};

struct Copy {
  // These two are where they are for ever: they are read before it is known that the rest is as it is here.
  uint32_t version;
  std::atomic<uint32_t> is_first;

  // The one with the handlers, once it is known; and the next of those that have joined it.
  std::atomic<Copy *> first, next;

  // What it does for itself. Up to on_terminate, all of it is async-signal-safe.
  Entry (*newest)() noexcept;                      // of this thread's chain
  const backstop_site *(*newest_guard)() noexcept; // null: there is none
  void (*handle)(int signal, siginfo_t *info, void *context);
  void (*handle_terminate)(uintptr_t stack_pointer, uintptr_t instruction_pointer);
  std::terminate_handler on_terminate;
  void (*renew_alternate_stack)(const void *gone) noexcept;
  uint32_t (*drop_deferred)(uintptr_t stack_pointer) noexcept;

  // What the first does for all.
  uint64_t signals; // bit 1 << signal for each that it handles
  backstop_answer (*ask_fault_handlers)(const backstop_fault &fault, void *info, void *context) noexcept;
  bool (*add_fault_handler)(backstop_handler handler, void *data, int32_t priority) noexcept;
  bool (*remove_fault_handler)(backstop_handler handler, void *data) noexcept;
  bool (*is_fatal)(int signal, const siginfo_t &info) noexcept;
  void (*forward)(int signal, siginfo_t *info, void *context) noexcept;
  void (*list_handlers)(backstop_signal_status *signals) noexcept;
};

enum class Joining { is_first, has_joined, refused, is_other_version };

// Makes this copy the first, with handlers for these signals, or has it join the one that is. In ordinary context, and
// when all is ready for faults. `refused` is by the kernel.
Joining lead_or_join(uint64_t signals) noexcept;

// The path of the module that this copy is in, and that of the one that it could not join.
const char *module_of_this() noexcept;
const char *module_of_first() noexcept;

// Of the copies that have been installed. Not before lead_or_join.
const Copy &first_copy() noexcept;

// The one whose entry is the innermost on this thread; null if none has any. Async-signal-safe.
const Copy *innermost_copy() noexcept;

// Whether that is this one, or there is none. Async-signal-safe.
bool is_innermost_copy() noexcept;

// A guard that is running on this thread, if one of another copy's is; or null. Async-signal-safe.
const backstop_site *guard_of_others() noexcept;

// Whether a barrier of another copy's lies further in than this. Async-signal-safe.
bool is_behind_barrier_of_others(uintptr_t stack_pointer) noexcept;

// Whether this thread has just been set up, though it made no guarded call: those of another copy may be running on it,
// to which this one's barriers matter. In ordinary context.
bool prepare_for_others() noexcept;

// For a thread whose alternate stack of this copy's, at `gone`, is no longer in use: others may have found that good
// enough for them, or may mean to put it back.
void renew_alternate_stacks_of_others(const void *gone) noexcept;

// Drops what was deferred by others in frames below `stack_pointer`, which are being left. Answers how many there were.
uint32_t drop_deferred_of_others(uintptr_t stack_pointer) noexcept;

// Whether a copy's, this one included.
bool is_ours(std::terminate_handler handler) noexcept;

} // namespace runtime
} // namespace backstop
