// Unwinding is forced (_Unwind_ForcedUnwind, as thread cancellation does it): cleanups run, catch (...) is entered, no
// other catch is. It begins in the frame that faulted, see unwind_from.h. Each frame is looked at before it is left.
// One whose table doesn't allow for it is hopped: a new unwinding begins in its caller. It ends at the guard, which is
// known by its stack pointer.
//
// Until the first cleanup all of this runs where the fault was handled. From then on it is ordinary code of the thread,
// on its own stack. No function here that the unwinder passes may have a table, so: no destructors and no noexcept in
// force, start and what calls them.
#include "recover.h"
#include "entry.h"
#include "kind.h"
#include "modules.h"
#include "stack.h"
#include "unwind_from.h"
#include <cstring>
#include <pthread.h>

extern "C" void __asan_handle_no_return() __attribute__((weak));

#ifdef __GLIBC__
extern "C" {
// A list through the frames of libc's own functions. Deprecated, but there for good.
void _pthread_cleanup_push(void *, void (*)(void *), void *) __attribute__((weak));
void _pthread_cleanup_pop(void *, int) __attribute__((weak));
}
#endif

namespace backstop {
namespace runtime {

Recovery *next_recovery() noexcept {
  return thread.recovering < recoveries_kept ? &thread.recoveries[thread.recovering] : nullptr;
}

Recovery *unfinished_recovery() noexcept {
  Recovery *newest = thread.recovering > 0 ? &thread.recoveries[thread.recovering - 1] : nullptr;
  return newest != nullptr && newest->is_unwinding && newest->point == chain_top() ? newest : nullptr;
}

void end_recovery() noexcept { --thread.recovering; }

namespace {

constexpr uint32_t most_turns = 256; // each takes some stack

// As libc's old cleanup handlers were, in the frames of its own functions. Two fields are ours to read.
struct CleanupHandler {
  void (*routine)(void *);
  void *argument;
  int cancel_type;
  CleanupHandler *previous;
};

// Runs those that libc's own code has pushed below the guard; they release the lock of a FILE, say. siglongjmp would do
// so as well, but it is to be done before their frames are unwound.
void run_libc_cleanups(Recovery &recovery) {
#ifdef __GLIBC__
  if (_pthread_cleanup_push == nullptr || _pthread_cleanup_pop == nullptr || recovery.is_cleaning) {
    return; // one of them has faulted
  }
  recovery.is_cleaning = true;
  CleanupHandler probe;
  _pthread_cleanup_push(&probe, nullptr, nullptr);
  CleanupHandler *newest = probe.previous;
  _pthread_cleanup_pop(&probe, 0);
  while (reinterpret_cast<uintptr_t>(newest) < recovery.point->stack_pointer &&
         is_within_stack(reinterpret_cast<uintptr_t>(newest))) {
    CleanupHandler *previous = newest->previous;
    _pthread_cleanup_pop(newest, 1);
    newest = previous;
  }
  recovery.is_cleaning = false;
#else
  (void)recovery;
#endif
}

[[noreturn]] void arrive(Recovery &recovery) {
  recovery.is_unwinding = false;
  if (__asan_handle_no_return != nullptr) {
    __asan_handle_no_return(); // the frames that were left leave poisoned shadow behind
  }
  return_to(recovery.point);
}

// Counts a frame that is being left. One that is met again, for it didn't let itself be left like that, changes its
// kind.
void note(Recovery &recovery, uintptr_t stack_pointer, backstop_frame_state state) noexcept {
  if (stack_pointer < recovery.newest) {
    return; // of the machinery: of catch (...), or of std::terminate
  }
  if (stack_pointer == recovery.newest) {
    --recovery.left[recovery.newest_state];
    state = state > recovery.newest_state ? state : recovery.newest_state;
  }
  recovery.newest = stack_pointer;
  recovery.newest_state = state;
  ++recovery.left[state];
  for (size_t index = 0; index < frames_kept; ++index) {
    if (recovery.walk.frames[index].stack_pointer == stack_pointer) {
      recovery.states[index] = state;
    }
  }
}

// Those that the unwinding doesn't come by.
void note_gone(Recovery &recovery) noexcept {
  for (uint32_t number = 0; number < recovery.walk.gone && number < frames_kept; ++number) {
    note(recovery, recovery.walk.frames[number].stack_pointer, BACKSTOP_FRAME_UNWOUND);
    recovery.inner.pass(recovery.walk.frames[number]);
  }
}

struct Caller {
  Registers frame, caller;
  bool has_begun, is_found;
};

_Unwind_Reason_Code visit_caller(_Unwind_Context *context, void *data) {
  auto &search = *static_cast<Caller *>(data);
  if (search.has_begun) {
    search.caller = registers_of(context);
    search.is_found = true;
    return _URC_END_OF_STACK;
  }
  search.has_begun = _Unwind_GetCFA(context) == search.frame.stack_pointer() &&
                     _Unwind_GetIP(context) == search.frame.instruction_pointer();
  return _URC_NO_REASON;
}

void find_caller(void *data) { _Unwind_Backtrace(visit_caller, data); }

void start(Recovery &recovery, const Registers &from);

_Unwind_Reason_Code stop(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception *,
                         _Unwind_Context *context, void *data) {
  auto &recovery = *static_cast<Recovery *>(data);
  Walk &walk = recovery.walk;
  const uintptr_t stack_pointer = _Unwind_GetCFA(context);
  if (!walk.has_begun) {
    walk.has_begun =
        stack_pointer == walk.from.stack_pointer() && _Unwind_GetIP(context) == walk.from.instruction_pointer();
    if (!walk.has_begun && (actions & _UA_END_OF_STACK) == 0) {
      return _URC_NO_REASON;
    }
  }
  if ((actions & _UA_END_OF_STACK) != 0) {
    jump(recovery);
  }
  if (stack_pointer >= recovery.point->stack_pointer) {
    arrive(recovery);
  }
  const Frame frame = frame_of(context);
  if (recovery.within_libc && frame.holds == Holds::not_libc) {
    jump(recovery);
  }
  const bool is_trusted = recovery.inner.trusts(frame, walk.is_safe);
  recovery.inner.pass(frame);
  if (frame.passage != Passage::blocked && frame.passage != Passage::foreign) {
    note(recovery, stack_pointer, is_trusted ? BACKSTOP_FRAME_UNWOUND : BACKSTOP_FRAME_UNVOUCHED);
    return _URC_NO_REASON;
  }
  note(recovery, stack_pointer, BACKSTOP_FRAME_HOPPED);
  Caller search = {registers_of(context), {}, false, false};
  search.frame.exact = frame.exact;
  unwind_from(search.frame, find_caller, &search);
  if (!search.is_found) {
    jump(recovery);
  }
  start(recovery, search.caller);
  return _URC_NO_REASON; // not reached
}

// catch (...) without throw: somebody took the exception for his own.
void swallowed(_Unwind_Reason_Code, _Unwind_Exception *) {
  if (Recovery *recovery = unfinished_recovery()) {
    go_on(*recovery, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
  }
}

void force(void *data) {
  auto &recovery = *static_cast<Recovery *>(data);
  recovery.exception = {};
  std::memcpy(&recovery.exception.exception_class, "BKSTPFLT", sizeof(recovery.exception.exception_class));
  recovery.exception.exception_cleanup = swallowed;
  _Unwind_ForcedUnwind(&recovery.exception, stop, &recovery);
  jump(recovery); // it returns only if it can't
}

void start(Recovery &recovery, const Registers &from) {
  if (!can_unwind || ++recovery.turns > most_turns) {
    jump(recovery);
  }
  recovery.point->surroundings.floating_point.restore(); // destructors are not to run with the handler's
  recovery.walk.from = from;
  recovery.walk.has_begun = false;
  unwind_from(recovery.walk.from, force, &recovery);
}

// What the frame's stack pointer must be above, for the search below.
struct Above {
  uintptr_t stack_pointer;
  backstop_fault_kind &kind;
  Registers found;
};

_Unwind_Reason_Code visit_above(_Unwind_Context *context, void *data) {
  auto &above = *static_cast<Above *>(data);
  if (_Unwind_GetCFA(context) < above.stack_pointer) {
    return _URC_NO_REASON;
  }
  const Holds holds = backstop::runtime::holds(_Unwind_GetRegionStart(context), _Unwind_GetIP(context));
  if (is_cxx_runtime(_Unwind_GetIP(context)) || holds == Holds::unwinder) {
    above.kind = refine(above.kind, _Unwind_GetRegionStart(context));
    return _URC_NO_REASON;
  }
  above.found = registers_of(context);
  return _URC_END_OF_STACK;
}

} // namespace

Registers caller_above(uintptr_t stack_pointer, backstop_fault_kind &kind) noexcept {
  Above above = {stack_pointer, kind, {}};
  _Unwind_Backtrace(visit_above, &above);
  return above.found;
}

namespace {

struct Room {
  Recovery &recovery;
  uintptr_t stack_pointer; // from here on there is enough of it
  Registers found;
};

_Unwind_Reason_Code visit_room(_Unwind_Context *context, void *data) {
  auto &room = *static_cast<Room *>(data);
  const uintptr_t stack_pointer = _Unwind_GetCFA(context);
  if (!is_within_stack(stack_pointer)) {
    return _URC_NO_REASON; // the handler's
  }
  if (stack_pointer >= room.recovery.point->stack_pointer) {
    return _URC_END_OF_STACK;
  }
  if (stack_pointer >= room.stack_pointer) {
    room.found = registers_of(context);
    return _URC_END_OF_STACK;
  }
  if (stack_pointer > room.recovery.newest) {
    note(room.recovery, stack_pointer, BACKSTOP_FRAME_HOPPED);
  }
  return _URC_NO_REASON;
}

void find_room(void *data) { _Unwind_Backtrace(visit_room, data); }

} // namespace

void go_on_with_room(Recovery &recovery, const Registers &from) {
  constexpr uintptr_t enough = 32 * 1024;
  Room room = {recovery, thread.stack_low + enough, {}};
  if (!recovery.has_made_room) {
    recovery.has_made_room = true;
    unwind_from(from, find_room, &room);
  }
  if (room.found.instruction_pointer() == 0) {
    jump(recovery);
  }
  start(recovery, room.found);
  jump(recovery); // not reached
}

void go_on(Recovery &recovery, uintptr_t stack_pointer) {
  backstop_fault_kind ignored = recovery.walk.kind;
  const Registers next = caller_above(stack_pointer, ignored);
  if (next.instruction_pointer() == 0) {
    jump(recovery);
  }
  start(recovery, next);
  jump(recovery); // not reached
}

void jump(Recovery &recovery) {
  recovery.way = BACKSTOP_JUMP;
  const uint32_t left = recovery.left[BACKSTOP_FRAME_UNWOUND] + recovery.left[BACKSTOP_FRAME_UNVOUCHED] +
                        recovery.left[BACKSTOP_FRAME_HOPPED];
  recovery.left[BACKSTOP_FRAME_JUMPED] = recovery.walk.between > left ? recovery.walk.between - left : 0;
  run_libc_cleanups(recovery); // of what destructors have called
  arrive(recovery);
}

void recover(Recovery &recovery, backstop_way way) {
  const Walk &walk = recovery.walk;
  recovery.way = BACKSTOP_UNWIND;
  recovery.is_unwinding = true;
  recovery.second_signal = 0;
  recovery.turns = 0;
  recovery.has_made_room = false;
  recovery.inner = Inner();
  recovery.newest = 0;
  std::memset(recovery.left, 0, sizeof(recovery.left));
  std::memset(recovery.states, 0, sizeof(recovery.states));
  recovery.within_libc = way == BACKSTOP_JUMP;
  ++thread.recovering;
  recovery.is_cleaning = false;
  run_libc_cleanups(recovery);
  const bool is_smashed = recovery.snapshot.fault.kind == BACKSTOP_FAULT_STACK_SMASHING;
  const bool needs_libc = walk.reached && walk.worst == Holds::released_by_unwinding;
  if (!walk.reached || is_smashed || (way == BACKSTOP_JUMP && !needs_libc)) {
    jump(recovery);
  }
  note_gone(recovery);
  const Registers from = walk.from;
  start(recovery, from);
  jump(recovery); // not reached
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
  const bool jumped_over_nothing = walk.reached && walk.uncertain == 0 && walk.with_cleanups == 0;
  summary.is_torn =
      summary.truncated || summary.unvouched > 0 || summary.hopped > 0 || (summary.jumped > 0 && !jumped_over_nothing);
  summary.frame_count = walk.recorded < frames_kept ? walk.recorded : frames_kept;
  summary.left_out = walk.recorded - static_cast<uint32_t>(summary.frame_count);
  summary.left_out_at = summary.left_out > 0 ? frames_first : 0;
  for (uint32_t index = 0; index < summary.frame_count; ++index) {
    const uint32_t number = index < frames_first ? index : index + summary.left_out;
    const size_t place = Walk::place(number);
    const Frame &frame = walk.frames[place];
    const bool is_jumped = recovery.states[place] == BACKSTOP_FRAME_OUTSIDE && number < walk.between;
    frames[index] = {frame.instruction_pointer, is_jumped ? BACKSTOP_FRAME_JUMPED : recovery.states[place],
                     frame.exact};
  }
  return summary;
}

} // namespace runtime
} // namespace backstop
