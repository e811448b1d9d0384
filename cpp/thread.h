// What the runtime keeps per thread, small enough for static TLS and readable in a signal handler.
#pragma once

#include "backstop/backstop.h"
#include <csetjmp>
#include <cstdint>

namespace backstop {
namespace runtime {

class Inside;
struct Deferred;
struct Point;
struct Recovery;
struct ThrowSite;
struct Watched;

// How the call that is running could not be interrupted at its deadline.
struct Interruption {
  const char *obstacle; // the last time; null: it was not tried
  uint32_t tries;
  uint32_t walks; // by steps
  bool is_due;    // by the outermost backstop_release
};

// What makes a guarded call go another way than most, besides a deadline of its site: bits of Thread::special. One
// word, so that a call looks at no more than that.
constexpr uint32_t unprepared = 1;
constexpr uint32_t within_deadline = 2; // of a call around it, or of backstop_deadline_enter
constexpr uint32_t probing = 4;

struct Thread {
  // The chain: entries[0 .. depth), of which those from `capacity` on exist by count only. Nothing is
  // recovered there.
  Point *points;
  uint32_t capacity; // 0 until the thread is prepared
  uint32_t depth;
  uintptr_t canary; // what the guard's frames hold

  // What backstop_defer has left, of which those from `deferred_kept` on exist by count only.
  Deferred *deferred;
  uint32_t deferred_count;

  backstop_error *error;   // of the bridge call that failed last
  backstop_error *caught;  // of the exception that was caught on the callee's side, on its way to the guard
  ThrowSite *throw_site;   // of the exception that came up to a guard last, until its error takes it
  ThrowSite *thrown_first; // of the exception that was thrown again last: where that was done first; null: unknown

  // What the Rust function that is being called back ends with, for C++ to throw.
  backstop_error *raised_again; // an exception that came out of a guard
  backstop_carried *raised;     // or else a Rust error or panic
  bool raised_is_panic;
  const char *callback; // the last barrier that was entered where the chain isn't kept; null: none
  uint32_t
      elsewhere; // how many guards are at work that the chain doesn't have: on fibers, or where faults aren't handled

  // Guarded calls, by the domain: see counters.h.
  uint64_t *calls;
  uint32_t counted; // how many domains have a place there; 0 until the thread is prepared

  uint32_t special = unprepared;

  // See probe.h.
  uint32_t probe_number;
  const backstop_domain *probe; // null: none was sent
  const Inside *inside;         // the innermost

  // Deadlines.
  Watched *watched;          // shown to the watchdog; null until the thread is prepared
  Interruption interruption; // of the call that is running
  uint32_t holds;            // that are out; the outermost was in the frame at, with so many guards around
  uint32_t held_depth;
  uint64_t scope_until; // of backstop_deadline_enter; 0: none. The outermost likewise
  uint32_t scope_depth;
  uint32_t steps;      // that are left: see on_step. Not 0 while the processor makes them
  uint32_t steps_seen; // that were left when it was last tried to interrupt the call
  bool releasing;      // backstop_release is where the interruption is to happen

  uint32_t recovering;  // how many recoveries are going on: a destructor's guarded call may fault as well
  Recovery *recoveries; // of recoveries_kept
  sigjmp_buf *escape;   // from a walk through a stack that may be damaged; null: none is going on

  // What prepare_thread sets up.
  bool handling;                   // the handler is at work: a fault now is its own
  bool terminating;                // std::terminate is at work: one within it is of the exception's own what()
  int *error_number;               // errno's address: the handler's path and the guard's then need no call to learn it
  void *exceptions;                // __cxa_get_globals()
  uintptr_t stack_low, stack_high; // 0 and 0: unknown, and nothing is on it
  uintptr_t stack_guard;           // bytes of inaccessible memory below, that are the stack's
  uintptr_t lent;                  // bytes of stack beyond what the thread has, counted in stack_low
  uint64_t mask_before_loan;       // the signals that were blocked before the guard page was lent
  Recovery *awaited;               // to go on when a critical function has returned; null: none
  uintptr_t stack_limit_from;      // the main thread's: where RLIMIT_STACK counts from. 0: the bounds are for good
};

// initial-exec: the handler may touch it without the dynamic loader allocating anything. __thread rather than
// thread_local: no wrapper function, no initialisation.
#ifdef __GNUC__
#define BACKSTOP_THREAD_LOCAL __attribute__((tls_model("initial-exec"), visibility("hidden"))) __thread
#else
#define BACKSTOP_THREAD_LOCAL thread_local
#endif
extern BACKSTOP_THREAD_LOCAL Thread thread;

inline bool is_prepared() noexcept { return (thread.special & unprepared) == 0; }

// Counts a guard that the chain doesn't have.
struct Elsewhere {
  Elsewhere() noexcept { ++thread.elsewhere; }
  ~Elsewhere() { --thread.elsewhere; }
};

// Sets up what this thread needs to recover from faults, as far as it can: its alternate stack, its chain, the handler.
// Called by every guarded call that finds the thread unprepared, in ordinary context.
void prepare_thread() noexcept;

} // namespace runtime
} // namespace backstop

// The site of the bridge call that comes next. By itself, for those who hand it over and take it to reach without a
// call: the macro's code and bridge.h.
extern "C" BACKSTOP_THREAD_LOCAL const backstop_site *backstop_v0_bridge_slot;
