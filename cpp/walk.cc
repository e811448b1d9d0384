#include "walk.h"
#include "inner_guard.h"
#include "itanium.h"
#include "kind.h"
#include "modules.h"
#include "runtime_code.h"
#include "stack.h"
#include "unwind_from.h"
#include <cxxabi.h>
#ifdef __GLIBC__
#include <execinfo.h>
#endif

namespace backstop {
namespace runtime {
namespace {

constexpr uint32_t outside_at_least = 20; // frames beyond the guard, for the trace

bool records_callers;

bool is_worse(Holds holds, Holds than) noexcept { return static_cast<uint8_t>(holds) > static_cast<uint8_t>(than); }

bool tells_by_itself(Holds holds) noexcept { return holds == Holds::heap || holds == Holds::loader; }

// Frames of libc come in runs. An allocator's or a loader's frame tells by itself; of the others the outermost counts,
// which is the function that the program called, and so one whose ways are known.
void note_in_run(Walk &walk, Holds holds) noexcept {
  if (tells_by_itself(holds)) {
    walk.run = is_worse(holds, walk.run) ? holds : walk.run;
    walk.is_next_caller = true;
  }
  walk.run_caller = holds;
}

void end_run(Walk &walk, const Frame &caller) noexcept {
  const bool is_caller_unknown = walk.run_caller == Holds::unknown;
  const Holds run = is_caller_unknown || walk.run == Holds::not_libc ? walk.run_caller : walk.run;
  walk.worst = is_worse(run, walk.worst) ? run : walk.worst;
  if (run == Holds::released_by_unwinding || walk.run_caller == Holds::released_by_unwinding) {
    walk.released_until = caller.stack_pointer;
  }
  // What would release its lock if it were unwound can as well be waited for, where there is no stack for that.
  const bool begins = walk.inner_runs == 0 && walk.frames[0].holds != Holds::not_libc;
  const bool is_innermost = begins && (walk.run_caller == Holds::released_by_unwinding ||
                                       (walk.is_interruption && is_worse(run, Holds::nothing)));
  if (begins) {
    walk.innermost = run;
  } else {
    walk.worst_beyond = is_worse(run, walk.worst_beyond) ? run : walk.worst_beyond;
  }
  ++walk.inner_runs;
  if (is_worse(run, Holds::released_by_unwinding) || is_innermost) {
    walk.critical_return =
        is_caller_unknown || is_innermost ? caller.stack_pointer - sizeof(uintptr_t) : walk.return_of_run;
    walk.critical_frames = is_caller_unknown || is_innermost ? walk.between : walk.frames_of_run;
  }
  walk.run = walk.run_caller = Holds::not_libc;
}

void note_holds(Walk &walk, const Frame &frame) noexcept {
  if (walk.is_next_caller) {
    walk.return_of_run = frame.stack_pointer - sizeof(uintptr_t);
    walk.frames_of_run = walk.between;
    walk.is_next_caller = false;
  }
  // Its table says nothing of its own instructions.
  const bool is_uncovered = frame.holds == Holds::released_by_unwinding && frame.exact;
  Holds holds = is_uncovered ? Holds::unknown : frame.holds;
  if (walk.is_resuming && holds != Holds::unwinder) {
    walk.is_resuming = false;
    holds = holds == Holds::not_libc ? holds : Holds::nothing; // its cleanup has released what it held
  }
  walk.in_unwinder |= holds == Holds::unwinder;
  if (holds != Holds::not_libc && holds != Holds::unwinder) {
    note_in_run(walk, holds);
  } else {
    end_run(walk, frame);
  }
}

void note(Walk &walk, const Frame &frame) noexcept {
  if (walk.between == 0) {
    walk.is_in_entry = frame.exact && locks_only_for_calls(frame.function);
    walk.is_resuming = frame.holds == Holds::unwinder && walk.point->unwinding != nullptr;
  } else {
    walk.is_interrupted |= frame.exact;
  }
  walk.kind = refine(walk.kind, frame.function);
  walk.in_realloc |= is_realloc(frame.function);
  walk.is_freeing |= is_freeing(frame.function);
  walk.in_runtime |= is_runtime_code(frame.instruction_pointer);
  walk.has_foreign |= frame.passage == Passage::foreign;
  walk.with_cleanups += frame.passage == Passage::cleans;
  walk.uncertain += frame.passage == Passage::blocked || !walk.inner.trusts(frame, walk.is_safe);
  walk.inner.pass(frame);
  note_holds(walk, frame);
  ++walk.between;
}

bool is_enough(const Walk &walk) noexcept {
  return walk.reached &&
         (!records_callers || (walk.recorded >= frames_kept && walk.recorded - walk.between >= outside_at_least));
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
    const bool is_building = frame.exact && builds_frame(frame.instruction_pointer);
    frame.passage = is_building ? Passage::early : Passage::blocked;
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

// The first frame may have taken nothing of the stack.
bool is_behind(const Walk &walk, uintptr_t stack_pointer) noexcept {
  return walk.recorded > 1 ? stack_pointer <= walk.newest : stack_pointer < walk.newest;
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
  } else if (!is_within_stack(frame.stack_pointer) || is_behind(walk, frame.stack_pointer)) {
    return _URC_END_OF_STACK; // led astray
  }
  walk.newest = frame.stack_pointer;
  if (!walk.reached) {
    look_up(frame, context);
  }
  const uintptr_t stack_pointer = frame.stack_pointer;
  if (!walk.reached && is_at_or_past(*walk.point, stack_pointer, frame.exact)) {
    if (stack_pointer != walk.point->stack_pointer) {
      return _URC_END_OF_STACK; // led astray
    }
    walk.reached = true;
    note_holds(walk, Frame{0, stack_pointer, 0, Passage::no_table, Holds::not_libc, false});
  }
  if (!walk.reached) {
    note(walk, frame);
  }
  walk.frames[place_of_frame(walk.recorded++)] = frame;
  return is_enough(walk) ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void walk_from_here(void *data) { _Unwind_Backtrace(visit, data); }

// The walk goes on in the frame that called where there is no code. If it was no call, there is no telling.
void note_wild_jump(Walk &walk) noexcept {
  walk.frames[0] = {
      walk.from.instruction_pointer(), walk.from.stack_pointer(), 0, Passage::no_table, Holds::not_libc, true};
  walk.recorded = walk.between = walk.gone = 1;
  walk.inner.pass(walk.frames[0]);
  const Registers caller = caller_at_entry(walk.from);
  walk.is_lost = !follows_indirect_call(caller.instruction_pointer());
  walk.from = caller;
}

void walk_carefully(void *data) {
  auto &walk = *static_cast<Walk *>(data);
  if (walk.is_wild) {
    note_wild_jump(walk);
  }
  if (!walk.is_lost) {
    unwind_from(walk.from, walk_from_here, &walk);
  }
}

} // namespace

void Inner::pass(const Frame &frame) noexcept {
  only_libc = only_libc && frame.holds != Holds::not_libc && frame.holds != Holds::released &&
              frame.holds != Holds::released_by_unwinding && !is_cancellation_point(frame.function);
  blocked = frame.passage == Passage::blocked || frame.function == 0; // called what is no code: who knows how
  may_not_throw = may_not_throw && frame.passage != Passage::passes && frame.passage != Passage::cleans;
}

namespace {

// Whether, where there is no table, something might be left to be destroyed by a call: gcc has no entry for what it
// takes for unable to fault, such as a memcpy that it has expanded, even if it has for other accesses.
bool may_destroy_later(const Frame &frame) noexcept {
  constexpr uintptr_t longest = 64 * 1024;
  const uintptr_t end = end_of_function(frame.instruction_pointer);
  const auto leads_out = [&](uintptr_t target) {
    return is_vouched(target) && (target < frame.function || target >= end);
  };
  return end == 0 || end - frame.instruction_pointer > longest || may_call(frame.instruction_pointer, end, leads_out);
}

} // namespace

bool Inner::trusts(const Frame &frame, bool is_safe) const noexcept {
  if (frame.holds != Holds::not_libc) {
    return true; // C, whose cleanups are all in tables
  }
  if (is_runtime_code(frame.instruction_pointer)) {
    return true; // backstop_release, which has none
  }
  if (is_interrupted && !frame.exact && is_cxx_runtime(frame.instruction_pointer)) {
    return frame.passage != Passage::blocked; // such as operator new, which has called malloc
  }
  const bool has_table = frame.passage != Passage::no_table;
  if (frame.passage == Passage::early || (!has_table && frame.exact && builds_frame(frame.instruction_pointer))) {
    return true; // there is nothing yet
  }
  // What follows a call that is declared not to throw needs no entry; one of a wider range may cover it by chance.
  const bool was_taken_for_safe = frame.exact ? is_safe : only_libc || blocked || (may_not_throw && !has_table);
  return is_vouched(frame.instruction_pointer) && !was_taken_for_safe &&
         (has_table || !frame.exact || !may_destroy_later(frame));
}

Frame frame_of(_Unwind_Context *context) noexcept {
  Frame frame = place_of(context);
  look_up(frame, context);
  return frame;
}

Registers registers_of(_Unwind_Context *context) noexcept {
  Registers registers = {};
  for (const int index : Registers::preserved) {
    registers.values[index] = _Unwind_GetGR(context, Registers::dwarf_number(index));
  }
  registers.set_stack_pointer(_Unwind_GetCFA(context));
  registers.set_instruction_pointer(_Unwind_GetIP(context));
  return registers;
}

namespace {

struct Cleanup {
  ~Cleanup() { __asm__ volatile(""); } // or there would be nothing to clean up
};

_Unwind_Reason_Code go_on_to_the_end(int, _Unwind_Action, _Unwind_Exception_Class, _Unwind_Exception *,
                                     _Unwind_Context *, void *) {
  return _URC_NO_REASON;
}

void throw_by(void (*thrower)(void *)) {
  if (!is_catchable(thrower)) {
    return;
  }
  try {
    const Cleanup cleanup;
    thrower(nullptr);
  } catch (...) {
  }
}

} // namespace

void prepare_walks(bool with_callers) noexcept {
  records_callers = with_callers;
#ifdef __GLIBC__
  void *frame;
  ::backtrace(&frame,
              1); // libc's own frames have their cleanups run through libgcc_s, which libc loads when it needs it
#endif
  _Unwind_Backtrace([](_Unwind_Context *, void *) { return _URC_NO_REASON; }, nullptr);
  // The C++ library may bind what it calls of the unwinder at the first exception, and that takes a lot of stack.
  throw_by([](void *) { throw 0; });
  const auto *globals = reinterpret_cast<const ExceptionGlobals *>(abi::__cxa_get_globals());
  if (globals->caught == nullptr) { // no other exception can be caught beside one that isn't C++'s
    throw_by([](void *) {
      static _Unwind_Exception exception;
      _Unwind_ForcedUnwind(&exception, go_on_to_the_end, nullptr);
    });
  }
}

void take(Walk &walk) noexcept { read_carefully(walk_carefully, &walk); }

} // namespace runtime
} // namespace backstop
