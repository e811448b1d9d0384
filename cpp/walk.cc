#include "walk.h"
#include "inner_guard.h"
#include "kind.h"
#include "modules.h"
#include "stack.h"
#include "unwind_from.h"
#ifdef __GLIBC__
#include <execinfo.h>
#endif

namespace backstop {
namespace runtime {
namespace {

constexpr uint32_t outside_at_least = 20; // frames beyond the guard, for the trace

bool is_worse(Holds holds, Holds than) noexcept { return static_cast<uint8_t>(holds) > static_cast<uint8_t>(than); }

bool tells_by_itself(Holds holds) noexcept { return holds == Holds::heap || holds == Holds::loader; }

// Frames of libc come in runs. An allocator's or a loader's frame tells by itself; of the others the outermost counts,
// which is the function that the program called, and so one whose ways are known.
void note_holds(Walk &walk, const Frame &frame) noexcept {
  // Its table says nothing of its own instructions.
  const bool is_uncovered = frame.holds == Holds::released_by_unwinding && frame.exact;
  const Holds holds = is_uncovered ? Holds::unknown : frame.holds;
  walk.in_unwinder |= frame.holds == Holds::unwinder;
  if (holds != Holds::not_libc && holds != Holds::unwinder) {
    walk.run = tells_by_itself(holds) && is_worse(holds, walk.run) ? holds : walk.run;
    walk.run_caller = holds;
    return;
  }
  const Holds run = walk.run != Holds::not_libc ? walk.run : walk.run_caller;
  walk.worst = is_worse(run, walk.worst) ? run : walk.worst;
  if (is_worse(run, Holds::released_by_unwinding)) {
    walk.critical_return = frame.stack_pointer - sizeof(uintptr_t);
    walk.critical_frames = walk.between;
  }
  walk.run = walk.run_caller = Holds::not_libc;
}

void note(Walk &walk, const Frame &frame) noexcept {
  if (walk.between == 0) {
    walk.is_in_entry = frame.exact && locks_only_for_calls(frame.function);
  } else {
    walk.is_interrupted |= frame.exact;
  }
  walk.kind = refine(walk.kind, frame.function);
  walk.in_realloc |= is_realloc(frame.function);
  walk.has_foreign |= frame.passage == Passage::foreign;
  walk.with_cleanups += frame.passage == Passage::cleans;
  walk.uncertain += frame.passage == Passage::blocked || !walk.inner.trusts(frame, walk.is_safe);
  walk.inner.pass(frame);
  note_holds(walk, frame);
  ++walk.between;
}

bool is_enough(const Walk &walk) noexcept {
  return walk.reached && walk.recorded >= frames_kept && walk.recorded - walk.between >= outside_at_least;
}

Frame place_of(_Unwind_Context *context) noexcept {
  Frame frame = {};
  int exact = 0;
  frame.instruction_pointer = _Unwind_GetIPInfo(context, &exact);
  frame.exact = exact != 0;
  frame.stack_pointer = _Unwind_GetCFA(context);
  return frame;
}

void look_up(Frame &frame, _Unwind_Context *context) noexcept {
  frame.function = _Unwind_GetRegionStart(context);
  frame.passage = passage_of(context);
  if (frame.passage == Passage::early) {
    const bool builds_frame = frame.exact && grows_stack(frame.instruction_pointer);
    frame.passage = builds_frame ? Passage::passes : Passage::blocked;
  }
  frame.holds = holds(frame.function, frame.instruction_pointer);
}

// The interrupted frame's stack pointer is not what _Unwind_GetCFA answers where the unwinder comes by way of the
// signal frame.
bool begins(const Walk &walk, const Frame &frame) noexcept {
  const bool is_interrupted = !can_unwind && walk.from.exact && frame.exact;
  return frame.instruction_pointer == walk.from.instruction_pointer() &&
         (is_interrupted || frame.stack_pointer == walk.from.stack_pointer());
}

_Unwind_Reason_Code visit(_Unwind_Context *context, void *data) {
  auto &walk = *static_cast<Walk *>(data);
  Frame frame = place_of(context);
  if (!walk.has_begun) {
    walk.has_begun = begins(walk, frame);
    if (!walk.has_begun) {
      return _URC_NO_REASON;
    }
    frame.stack_pointer = walk.from.stack_pointer();
  } else if (!is_within_stack(frame.stack_pointer)) {
    return _URC_END_OF_STACK;
  }
  look_up(frame, context);
  const uintptr_t stack_pointer = frame.stack_pointer;
  if (!walk.reached && stack_pointer >= walk.point->stack_pointer) {
    if (stack_pointer != walk.point->stack_pointer) {
      return _URC_END_OF_STACK; // led astray
    }
    walk.reached = true;
    note_holds(walk, Frame{0, stack_pointer, 0, Passage::no_table, Holds::not_libc, false});
  }
  if (!walk.reached) {
    note(walk, frame);
  }
  walk.frames[Walk::place(walk.recorded++)] = frame;
  return is_enough(walk) ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void walk_from_here(void *data) { _Unwind_Backtrace(visit, data); }

} // namespace

void Inner::pass(const Frame &frame) noexcept {
  only_libc = only_libc && frame.holds != Holds::not_libc && frame.holds != Holds::released &&
              frame.holds != Holds::released_by_unwinding;
  blocked = frame.passage == Passage::blocked;
}

bool Inner::trusts(const Frame &frame, bool is_safe) const noexcept {
  if (frame.holds != Holds::not_libc) {
    return true; // C, whose cleanups are all in tables
  }
  if (!frame.exact && (frame.passage == Passage::passes || frame.passage == Passage::cleans)) {
    return true;
  }
  // What follows a call that is declared not to throw needs no table either.
  const bool was_taken_for_safe = frame.exact ? is_safe : only_libc || blocked;
  return !was_taken_for_safe && is_vouched(frame.instruction_pointer);
}

Frame frame_of(_Unwind_Context *context) noexcept {
  Frame frame = place_of(context);
  look_up(frame, context);
  return frame;
}

Registers registers_of(_Unwind_Context *context) noexcept {
  Registers registers = {};
#ifdef __x86_64__
  for (const int number : Registers::preserved) {
    registers.values[number] = _Unwind_GetGR(context, number);
  }
#endif
  registers.set_stack_pointer(_Unwind_GetCFA(context));
  registers.set_instruction_pointer(_Unwind_GetIP(context));
  return registers;
}

void prepare_walks() noexcept {
#ifdef __GLIBC__
  void *frame;
  ::backtrace(&frame,
              1); // libc's own frames have their cleanups run through libgcc_s, which libc loads when it needs it
#endif
  _Unwind_Backtrace([](_Unwind_Context *, void *) { return _URC_NO_REASON; }, nullptr);
}

void note_wild_jump(Walk &walk) noexcept {
  walk.frames[0] = {
      walk.from.instruction_pointer(), walk.from.stack_pointer(), 0, Passage::no_table, Holds::not_libc, true};
  walk.recorded = walk.between = 1;
  walk.inner.pass(walk.frames[0]);
  walk.gone = 1;
  walk.from = caller_at_entry(walk.from);
}

void take(Walk &walk) noexcept {
  read_carefully([](void *walk) { unwind_from(static_cast<Walk *>(walk)->from, walk_from_here, walk); }, &walk);
}

} // namespace runtime
} // namespace backstop
