#include "recovery.h"
#include <cstring>

namespace backstop {
namespace runtime {
namespace {

// A destructor has left by a longjmp, and the guard, which took that for its call's return, has ended since.
bool is_stale(const Recovery &recovery) noexcept {
  return recovery.stage == Stage::unwinding &&
         (recovery.point >= thread.points + thread.depth || recovery.point->unwinding != &recovery);
}

} // namespace

Recovery *next_recovery() noexcept {
  while (thread.recovering > 0 && is_stale(thread.recoveries[thread.recovering - 1])) {
    --thread.recovering;
  }
  if (thread.recovering == recoveries_kept) {
    return nullptr;
  }
  Recovery *recovery = &thread.recoveries[thread.recovering];
  recovery->is_interruption = false; // as the one before may have been, of which the rest is written anew
  return recovery;
}

Recovery *unfinished_recovery() noexcept {
  const Point *top = chain_top();
  return top != nullptr ? top->unwinding : nullptr;
}

void begin_recovery(Recovery &recovery) noexcept {
  recovery.second_signal = 0;
  recovery.base = nullptr;
  recovery.turns = 0;
  recovery.steps = 0;
  recovery.hops_next = recovery.has_made_room = recovery.is_cleaning = recovery.lacks_lock = recovery.is_newest_exact =
      recovery.is_newest_done = false;
  recovery.inner = Inner();
  recovery.inner.is_interrupted = recovery.walk.is_interruption;
  recovery.inner.may_not_throw = recovery.walk.starts_within_safe;
  recovery.newest = 0;
  recovery.bottom = recovery.walk.from.stack_pointer();
  recovery.cleaned = recovery.cleanups_failed = 0;
  std::memset(recovery.left, 0, sizeof(recovery.left));
  std::memset(recovery.states, 0, sizeof(recovery.states));
  ++thread.recovering;
}

void end_recovery() noexcept { --thread.recovering; }

namespace {

void set_newest(Recovery &recovery, backstop_frame_state state) noexcept {
  recovery.newest_state = state;
  ++recovery.left[state];
  for (size_t index = 0; index < frames_kept; ++index) {
    const Frame &frame = recovery.walk.frames[index];
    if (frame.stack_pointer == recovery.newest && frame.exact == recovery.is_newest_exact) {
      recovery.states[index] = state;
    }
  }
}

void worsen_newest(Recovery &recovery, backstop_frame_state state) noexcept {
  --recovery.left[recovery.newest_state];
  set_newest(recovery, state > recovery.newest_state ? state : recovery.newest_state);
}

} // namespace

void note(Recovery &recovery, const Frame &frame, backstop_frame_state state) noexcept {
  if (frame.stack_pointer < recovery.newest) {
    return; // of the machinery: of catch (...), or of std::terminate
  }
  // The caller of one that was interrupted may have its stack pointer, where calls take no stack.
  const bool is_caller = recovery.is_newest_done && !frame.exact;
  if (frame.stack_pointer == recovery.newest && !is_caller) {
    worsen_newest(recovery, state);
  } else {
    recovery.newest = frame.stack_pointer;
    recovery.is_newest_exact = frame.exact;
    set_newest(recovery, state);
  }
  const bool is_left = recovery.newest_state == BACKSTOP_FRAME_HOPPED || frame.passage != Passage::cleans;
  recovery.is_newest_done = recovery.is_newest_exact && is_left;
}

void note_gone(Recovery &recovery) noexcept {
  for (uint32_t number = 0; number < recovery.walk.gone && number < frames_kept; ++number) {
    note(recovery, recovery.walk.frames[number], BACKSTOP_FRAME_UNWOUND);
    recovery.inner.pass(recovery.walk.frames[number]);
  }
}

void note_jump(Recovery &recovery) noexcept {
  recovery.way = BACKSTOP_JUMP;
  if (recovery.newest != 0) {
    worsen_newest(recovery, BACKSTOP_FRAME_HOPPED);
  }
  const uint32_t left = recovery.left[BACKSTOP_FRAME_UNWOUND] + recovery.left[BACKSTOP_FRAME_UNVOUCHED] +
                        recovery.left[BACKSTOP_FRAME_HOPPED];
  recovery.left[BACKSTOP_FRAME_JUMPED] = recovery.walk.between > left ? recovery.walk.between - left : 0;
}

backstop_recovery summary_of(const Recovery &recovery, backstop_frame *frames) noexcept {
  const Walk &walk = recovery.walk;
  backstop_recovery summary = {};
  summary.size = sizeof(summary);
  summary.way = recovery.way;
  summary.second_signal = recovery.second_signal;
  summary.unwound = recovery.left[BACKSTOP_FRAME_UNWOUND];
  summary.unvouched = recovery.left[BACKSTOP_FRAME_UNVOUCHED];
  summary.hopped = recovery.left[BACKSTOP_FRAME_HOPPED];
  summary.jumped = recovery.left[BACKSTOP_FRAME_JUMPED];
  summary.truncated = !walk.reached;
  summary.cleaned = recovery.cleaned;
  summary.cleanups_failed = recovery.cleanups_failed;
  const bool jumped_over_nothing = walk.reached && walk.uncertain == 0 && walk.with_cleanups == 0;
  summary.is_torn = summary.truncated || summary.unvouched > 0 || summary.hopped > 0 ||
                    (summary.jumped > 0 && !jumped_over_nothing) || summary.cleanups_failed > 0;
  summary.frame_count = walk.recorded < frames_kept ? walk.recorded : frames_kept;
  summary.left_out = walk.recorded - static_cast<uint32_t>(summary.frame_count);
  summary.left_out_at = summary.left_out > 0 ? frames_first : 0;
  for (uint32_t index = 0; index < summary.frame_count; ++index) {
    const uint32_t number = index < frames_first ? index : index + summary.left_out;
    const size_t place = place_of_frame(number);
    const Frame &frame = walk.frames[place];
    const bool is_jumped = recovery.states[place] == BACKSTOP_FRAME_OUTSIDE && number < walk.between;
    frames[index] = {frame.instruction_pointer, is_jumped ? BACKSTOP_FRAME_JUMPED : recovery.states[place],
                     frame.exact};
  }
  return summary;
}

} // namespace runtime
} // namespace backstop
