// May this fault be recovered? One decision, one table of reasons.
#pragma once

#include "walk.h"
#include <csignal>
#include <ucontext.h>

namespace backstop {
namespace runtime {

enum class Verdict {
  recover,
  no_guard,    // no guarded call is running on this thread
  barrier,     // code of another language is running inside it
  not_its_own, // sent by somebody, not raised by this thread's own instruction or abort
  off_stack,   // the guard and the fault are not on this thread's one stack
  too_deep,    // guards are nested deeper than the chain holds
  too_many,    // as many faults as are kept are being recovered, each from within the one before
  smashed,     // the canary in the guard's frame has changed
  foreign,     // frames of another language lie between
  in_handler,  // a signal handler's frames lie between
  heap_locked, // the allocator was at work, and for all we know with its lock held
  beyond,      // frames that the walk didn't come to may hold a lock
  loading,     // the dynamic loader was at work
  unwinding,   // the unwinder itself was at work
  in_libc,     // another function of libc, which may hold a lock
  unexplained, // an abort of which libc doesn't tell whether it was the allocator's
  awaited,     // not yet: stack was lent to a critical function, and it will be recovered when that has returned
  lent,        // struck while such a loan was out
  asked,       // a handler answered BACKSTOP_FORWARD

  // Of interruptions only.
  runtime,        // this runtime was at work
  in_cxx_library, // the C++ library was
  held,           // backstop_hold
  recovering,     // destructors of a recovery are running
  bad_moment,     // the innermost frame would be left without its destructors
};

Verdict judge(const backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept;

// What the frames in between add to it, once it may be recovered as far as judge can tell.
Verdict judge_walk(const backstop_fault &fault, const Walk &walk) noexcept;

// The part of the question that concerns the chain: whether the call that is running now may be left from here.
// `address` is what was accessed, 0 if nothing was.
Verdict judge_chain(uintptr_t stack_pointer, uintptr_t address) noexcept;

// Whether these are what the kernel gives to what the interrupted instruction did. Not so: what others send (codes of 0
// and below), and what the kernel reports as it happens to hear of it (memory failing elsewhere, counters, tag checks).
bool is_own_fault(int signal, int code) noexcept;

// Whether this thread itself raised the SIGABRT.
bool is_own_abort(const siginfo_t &info, const ucontext_t &context) noexcept;

// Whether it is what runs now that stands against it, and will not when that has returned.
bool is_until_return(Verdict verdict) noexcept;

// Why, for the message that is printed when a guarded fault isn't recovered.
const char *reason(Verdict verdict) noexcept;

void prepare_verdict() noexcept;

} // namespace runtime
} // namespace backstop
