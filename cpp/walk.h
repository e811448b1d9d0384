// The frames from a fault to the guard: what the verdict and the way back need to know of them, and the record of them
// for the error.
#pragma once

#include "chain.h"
#include "critical.h"
#include "recorded.h"
#include "registers.h"
#include "unwind_table.h"

namespace backstop {
namespace runtime {

// A frame on the way.
struct Frame {
  uintptr_t instruction_pointer, stack_pointer;
  uintptr_t function; // where its code begins
  Passage passage;
  Holds holds;
  bool exact; // at an instruction that has not completed, rather than after a call
};

// What was seen of the frames further in, on which it depends how far the table of the next one is to be trusted.
struct Inner {
  bool only_libc = true; // libc's all, so the next has called what is declared not to throw
  bool blocked = false;  // the last one could not be left by an exception, and the next knew that
  // It was interrupted where nothing can fault or throw: its callers may know that it never does, and have no table for
  // it. The first that has an entry for its call doesn't.
  bool may_not_throw = false;
  bool is_interrupted = false; // rather than faulting: then the C++ library has not been told anything wrong
  void pass(const Frame &frame) noexcept;

  // Whether what the frame's table says is all there is. Code that isn't vouched for may lack an entry, or the whole
  // table, where the compiler saw nothing that throws. `is_safe` is whether the instruction that faulted is one that
  // every compiler takes for safe.
  bool trusts(const Frame &frame, bool is_safe) const noexcept;
};

Frame frame_of(_Unwind_Context *context) noexcept;

// Where a frame is, for unwinding from it: one that has made a call.
Registers registers_of(_Unwind_Context *context) noexcept;

struct Walk {
  Registers from;
  const Point *point;
  backstop_fault_kind kind; // of the fault; more exact where the frames tell
  bool is_safe;             // see Inner
  bool is_interruption;     // not of a fault, but of a call that has overrun its deadline
  bool starts_within_safe;  // see Inner::may_not_throw
  Inner inner;

  bool has_begun;  // `from` was met
  bool is_freeing; // free or realloc: nobody is prepared for that to fail
  bool in_realloc;
  bool in_unwinder;        // frames of the unwinder's own lie in between
  bool is_resuming;        // none but such so far, going on from a cleanup with an unwinding of ours
  bool is_wild;            // it begins where there is no code
  bool is_lost;            // and by a jump that was no call
  bool reached;            // the guard
  bool is_interrupted;     // a signal handler's frame lies in between
  bool has_foreign;        // a frame of another language
  bool in_runtime;         // a frame of ours that must not be left
  bool is_in_entry;        // the fault struck in the allocator's entry function itself
  Holds worst;             // of what is held on the way, ...
  Holds innermost;         // ... by the innermost frames, if they are libc's, ...
  Holds worst_beyond;      // ... and but for the innermost frames
  uintptr_t return_of_run; // where the outermost frame of the run that tells by itself keeps its return address
  uint32_t frames_of_run;
  uint32_t inner_runs;   // that have ended, frames of the program's own among them
  bool is_next_caller;   // of that frame
  Holds run, run_caller; // of the frames of libc visited last, without a break: the worst by itself, and the outermost
  uintptr_t newest;      // stack pointer; frames lie one above the other
  uintptr_t released_until;  // where the outermost frames end that must be unwound for a lock; 0: there are none
  uintptr_t critical_return; // where the outermost critical frame keeps its return address; 0: there is none
  uintptr_t returns_to;      // what stood there, if it was replaced
  uint32_t critical_frames;  // up to and with that one
  uint32_t gone;             // frames that are no more, or never were: before walk.from
  uint32_t between;          // frames up to the guard
  uint32_t uncertain;        // those whose destructors, if any, would not all run
  uint32_t with_cleanups;
  uint32_t recorded;         // frames in all, those beyond the guard included
  Frame frames[frames_kept]; // see place_of_frame
};

// Has everything that the unwinder sets up at its first use set up, and decides whether the guard's callers are
// recorded. Once, in ordinary context.
void prepare_walks(bool with_callers) noexcept;

// Walks from walk.from, or if that is no code from the frame that called it. Reads a stack and tables that may be
// damaged: the walk ends where that shows, without having reached the guard. Async-signal-safe.
void take(Walk &walk) noexcept;
} // namespace runtime
} // namespace backstop
