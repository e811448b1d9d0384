// The two ways back from a fault: unwinding with hops, or a jump.
#pragma once

#include "snapshot.h"
#include "walk.h"
#include <unwind.h>

namespace backstop {
namespace runtime {

constexpr uint32_t recoveries_kept = 4;

// A fault on its way from where it struck to the guard. In the pages that prepare_thread maps: the stack in between is
// used by destructors, and may be short.
struct Recovery {
  Snapshot snapshot;
  Walk walk;
  uint64_t registers[registers_kept];

  const Point *point; // where it goes
  bool is_unwinding;  // it is between the two
  bool within_libc;   // to be left by a jump, as soon as libc's own frames are unwound
  backstop_way way;
  int32_t second_signal;
  bool is_cleaning; // or it faulted at that
  bool has_made_room;
  uint32_t turns; // how often the unwinding started
  Inner inner;

  // Frames that were left, and how; the newest of them, by its stack pointer.
  uint32_t left[BACKSTOP_FRAME_JUMPED + 1];
  uintptr_t newest;
  backstop_frame_state newest_state;
  backstop_frame_state states[frames_kept];

  _Unwind_Exception exception;
};

// The recovery that the next fault gets, on this thread. Null: too many are going on.
Recovery *next_recovery() noexcept;

// The one whose unwinding has come to code under the same guard; null if there is none. A fault then is a second one.
Recovery *unfinished_recovery() noexcept;

// Goes back to recovery.point, with what was stored there of the fault and of the frames. `way` is what the site asks
// for. The signal mask is to be as it was at the fault. The guard calls end_recovery when it has made the error.
[[noreturn]] void recover(Recovery &recovery, backstop_way way);
void end_recovery() noexcept;

// The unwinding can't go on: the rest by a jump.
[[noreturn]] void jump(Recovery &recovery);

// A frame could not be left as its table said (it called std::terminate), or it ended the unwinding (by catch (...)).
// From the frame that has called the C++ runtime, which has called the function whose frame lies below `stack_pointer`.
[[noreturn]] void go_on(Recovery &recovery, uintptr_t stack_pointer);

// The destructors have used up the stack, in the frame `from`: from a frame on that has more of it, if there is one.
[[noreturn]] void go_on_with_room(Recovery &recovery, const Registers &from);

// The frame that called the function whose frame lies below `stack_pointer`, past std::terminate and its like, which
// make the kind more exact.
Registers caller_above(uintptr_t stack_pointer, backstop_fault_kind &kind) noexcept;

// How it went, for the error; the frames are put in their order.
backstop_recovery summary_of(const Recovery &recovery, backstop_frame *frames) noexcept;

} // namespace runtime
} // namespace backstop
