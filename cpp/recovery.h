// A fault on its way from where it struck to the guard, and the account of what became of the frames in between.
#pragma once

#include "snapshot.h"
#include "walk.h"
#include <unwind.h>

namespace backstop {
namespace runtime {

// How many may be going on at a time, on one thread: a destructor's guarded call may fault as well. Verdict::too_many
// names the number.
constexpr uint32_t recoveries_kept = 4;

enum class Stage : uint8_t {
  awaited,   // a critical function is to return first
  unwinding, // frames are being left
  arrived,   // the guard makes an error of it
};

// In the pages that prepare_thread maps: the stack in between is used by destructors, and may be short.
struct Recovery {
  Snapshot snapshot;
  Walk walk;
  uint64_t registers[registers_kept];

  Point *point; // where it goes
  Stage stage;
  backstop_way way;
  bool is_resumed;      // what was awaited is to return as usual: see on_return
  bool is_interruption; // of a call that has overrun its deadline, and how that came:
  backstop_deadline overrun;
  bool within_libc; // to be left by a jump, as soon as libc has released what it must
  bool hops_next;   // the next frame has called std::terminate
  bool has_made_room;
  bool is_cleaning; // libc's handlers are running, or one has faulted
  bool lacks_lock;  // of a wait, whose handler could not take it back in time
  int32_t second_signal;
  sigjmp_buf *base; // in the handler, to start anew from; null: there is none
  Registers next;   // to start from there
  uint32_t turns;   // how often the unwinding started
  uint64_t steps;   // how often it looked at a frame
  Inner inner;
  uintptr_t bottom; // the stack pointer at the newest fault: nothing that is still needed lies below

  // Of what was deferred: what has come to its end, and what has not, or could not be run.
  uint32_t cleaned, cleanups_failed;

  // Frames that were left, and how; the newest of them, by its stack pointer.
  uint32_t left[BACKSTOP_FRAME_JUMPED + 1];
  uintptr_t newest;
  backstop_frame_state newest_state;
  bool is_newest_exact;
  bool is_newest_done; // interrupted, and not to be met again
  backstop_frame_state states[frames_kept];

  _Unwind_Exception exception;
};

// The record for the next fault of this thread. Null: too many are in use.
Recovery *next_recovery() noexcept;

// The one whose unwinding has come to the code that runs now; null if there is none. A fault then is a second one.
Recovery *unfinished_recovery() noexcept;

// Counts the record as in use, from the time that the fault is judged until its error is made.
void begin_recovery(Recovery &recovery) noexcept;
void end_recovery() noexcept;

// Enters a frame that is being left. One that is met again, for it didn't let itself be left like that, changes its
// kind.
void note(Recovery &recovery, const Frame &frame, backstop_frame_state state) noexcept;

// Enters those that the unwinding doesn't come by: walk.gone.
void note_gone(Recovery &recovery) noexcept;

// Enters the rest, as jumped over. The cleanup that was running in the last one has not come to its end.
void note_jump(Recovery &recovery) noexcept;

// How it went, for the error; the frames are put in their order.
backstop_recovery summary_of(const Recovery &recovery, backstop_frame *frames) noexcept;

} // namespace runtime
} // namespace backstop
