// Unwinding is forced (_Unwind_ForcedUnwind, as thread cancellation does it): cleanups run, catch (...) is entered, no
// other catch is. It begins in the frame that faulted, see unwind_from.h. Each frame is looked at before it is left.
// One whose table doesn't allow for it is hopped: a new unwinding begins in its caller. It ends at the guard, which is
// known by its stack pointer.
//
// Until the first cleanup all of this runs where the fault was handled. From then on it is ordinary code of the thread,
// on its own stack, as it is from the start where something was deferred: see cleanup.h. `force` is the one function
// here that the unwinder passes: it may have no table, so no destructors and no noexcept.
#include "recover.h"
#include "cleanup.h"
#include "entry.h"
#include "kind.h"
#include "libc_cleanups.h"
#include "loan.h"
#include "modules.h"
#include "poison.h"
#include "stack.h"
#include "unwind_from.h"
#include <cstring>

namespace backstop {
namespace runtime {
namespace {

constexpr uint32_t most_turns = 256;       // each takes some stack
constexpr uintptr_t least_room = 8 * 1024; // of stack, for a destructor, and for the unwinder to go on from it
constexpr uint32_t most_steps = 256;       // for each frame, each of its cleanups

[[noreturn]] void arrive(Recovery &recovery) {
  const uintptr_t guard = recovery.point->stack_pointer;
  is_awaited(guard); // no more
  if (is_deferred_below(guard)) {
    move_to_own_stack(recovery, [](void *data) { arrive(*static_cast<Recovery *>(data)); });
    recovery.point->surroundings.floating_point.restore(); // it is not to run with the handler's
    forget_poison();
    run_deferred(recovery, guard);
  }
  recovery.stage = Stage::arrived;
  recovery.point->unwinding = nullptr;
  forget_poison();
  return_to(recovery.point, End::faulted);
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

[[noreturn]] void start(Recovery &recovery, const Registers &from);

// Goes on from `next`. As long as this is the handler's stack, which is small, from its base.
[[noreturn]] void start_anew(Recovery &recovery, const Registers &next) {
  if (recovery.base != nullptr && !is_within_stack(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)))) {
    recovery.next = next;
    --recovery.turns; // this one takes no stack
    siglongjmp(*recovery.base, 1);
  }
  start(recovery, next);
}

// Leaves the frame without its cleanups.
[[noreturn]] void hop(Recovery &recovery, _Unwind_Context *context, bool is_exact) {
  Caller search = {registers_of(context), {}, false, false};
  search.frame.exact = is_exact;
  if (is_exact && search.frame.instruction_pointer() == recovery.walk.from.instruction_pointer()) {
    search.frame = recovery.walk.from; // with all its registers: a function's first instructions may count on others
  }
  unwind_from(search.frame, find_caller, &search);
  if (search.is_found) {
    start_anew(recovery, search.caller);
  }
  jump(recovery);
}

// Whether the unwinder has come to the frames that are to be left.
bool is_on_the_way(Recovery &recovery, _Unwind_Context *context, _Unwind_Action actions) {
  Walk &walk = recovery.walk;
  if ((actions & _UA_END_OF_STACK) != 0 || ++recovery.steps > most_steps * (uint64_t(walk.between) + 1)) {
    jump(recovery); // led astray
  }
  walk.has_begun |=
      _Unwind_GetCFA(context) == walk.from.stack_pointer() && _Unwind_GetIP(context) == walk.from.instruction_pointer();
  return walk.has_begun;
}

_Unwind_Reason_Code stop(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception *,
                         _Unwind_Context *context, void *data) {
  auto &recovery = *static_cast<Recovery *>(data);
  if (!is_on_the_way(recovery, context, actions)) {
    return _URC_NO_REASON;
  }
  const uintptr_t stack_pointer = _Unwind_GetCFA(context), guard = recovery.point->stack_pointer;
  int is_exact = 0;
  _Unwind_GetIPInfo(context, &is_exact);
  const bool is_over = is_at_or_past(*recovery.point, stack_pointer, is_exact != 0);
  if (is_over && stack_pointer == guard) {
    arrive(recovery);
  }
  if (is_over || (recovery.within_libc && stack_pointer >= recovery.walk.released_until)) {
    jump(recovery);
  }
  run_deferred(recovery, stack_pointer); // before the destructors of outer frames overwrite what it needs
  const Frame frame = frame_of(context);
  const bool is_trusted = recovery.inner.trusts(frame, recovery.walk.is_safe);
  const bool is_libc = frame.holds != Holds::not_libc; // whose cleanups take little stack, and must not be missed
  const bool has_no_room = frame.passage == Passage::cleans && stack_pointer < thread.stack_low + least_room;
  const bool is_skipped = recovery.hops_next || (!is_libc && (has_no_room || recovery.within_libc));
  recovery.inner.pass(frame);
  recovery.hops_next = false;
  if (frame.passage == Passage::blocked || frame.passage == Passage::foreign || is_skipped) {
    note(recovery, frame, BACKSTOP_FRAME_HOPPED);
    hop(recovery, context, frame.exact);
  }
  note(recovery, frame, is_trusted ? BACKSTOP_FRAME_UNWOUND : BACKSTOP_FRAME_UNVOUCHED);
  if (frame.passage == Passage::early) {
    hop(recovery, context, frame.exact); // there is nothing to clean up, but C++ would not believe it
  }
  return _URC_NO_REASON;
}

// catch (...) without throw: somebody took the exception for his own.
void swallowed(_Unwind_Reason_Code, _Unwind_Exception *) {
  if (Recovery *recovery = unfinished_recovery()) {
    go_on(*recovery, end_of_frame());
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
  forget_poison();
  recovery.walk.from = from;
  recovery.walk.has_begun = false;
  unwind_from(recovery.walk.from, force, &recovery);
  jump(recovery); // not reached
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
  uintptr_t newest;
  Registers found;
};

_Unwind_Reason_Code visit_room(_Unwind_Context *context, void *data) {
  auto &room = *static_cast<Room *>(data);
  const uintptr_t stack_pointer = _Unwind_GetCFA(context);
  if (!is_within_stack(stack_pointer)) {
    return _URC_NO_REASON; // the handler's
  }
  if (stack_pointer >= room.recovery.point->stack_pointer || stack_pointer <= room.newest) {
    return _URC_END_OF_STACK;
  }
  room.newest = stack_pointer;
  if (stack_pointer >= room.stack_pointer) {
    room.found = registers_of(context);
    return _URC_END_OF_STACK;
  }
  if (stack_pointer > room.recovery.newest) {
    note(room.recovery, frame_of(context), BACKSTOP_FRAME_HOPPED);
  }
  return _URC_NO_REASON;
}

void find_room(void *data) { _Unwind_Backtrace(visit_room, data); }

} // namespace

void go_on_with_room(Recovery &recovery, const Registers &from) {
  constexpr uintptr_t enough = 32 * 1024;
  Room room = {recovery, thread.stack_low + enough, 0, {}};
  if (!recovery.has_made_room) {
    recovery.has_made_room = true;
    unwind_from(from, find_room, &room);
  }
  if (room.found.instruction_pointer() == 0) {
    jump(recovery);
  }
  recovery.base = nullptr; // that stack is being used anew
  start(recovery, room.found);
}

void go_on(Recovery &recovery, uintptr_t stack_pointer) {
  backstop_fault_kind ignored = recovery.walk.kind;
  const Registers next = caller_above(stack_pointer, ignored);
  if (next.instruction_pointer() == 0) {
    jump(recovery);
  }
  start(recovery, next);
}

void hop_on(Recovery &recovery, uintptr_t stack_pointer) {
  recovery.hops_next = true;
  go_on(recovery, stack_pointer);
}

void jump(Recovery &recovery) {
  note_jump(recovery);
  if (!recovery.is_cleaning) {
    recovery.is_cleaning = true; // in case the list itself is damaged
    run_libc_cleanups(recovery.point->stack_pointer, Then::jump);
  }
  arrive(recovery);
}

namespace {

[[noreturn]] __attribute__((noinline)) void unwind(Recovery &recovery) {
  sigjmp_buf base;
  recovery.base = &base;
  sigsetjmp(base, 0);
  const Registers next = recovery.next;
  start(recovery, next);
}

[[noreturn]] void leave_frames(void *data) {
  auto &recovery = *static_cast<Recovery *>(data);
  recovery.is_cleaning = true;
  run_libc_cleanups(recovery.point->stack_pointer, recovery.within_libc ? Then::jump : Then::unwind);
  if (recovery.lacks_lock) {
    jump(recovery); // its owner would give back what another thread holds
  }
  recovery.is_cleaning = false;
  note_gone(recovery);
  recovery.next = recovery.walk.from;
  unwind(recovery);
}

// Whether to leave the frames by a jump, for all that the site asks for.
bool must_jump(const Recovery &recovery) noexcept {
  // After what was overwritten nobody knows; and a free that has failed, or whose caller won't hear that it has not,
  // makes destructors free the same again.
  return !recovery.walk.reached || recovery.walk.is_freeing ||
         recovery.snapshot.fault.kind == BACKSTOP_FAULT_STACK_SMASHING;
}

} // namespace

void recover(Recovery &recovery, backstop_way way) {
  const Walk &walk = recovery.walk;
  begin_recovery(recovery);
  recovery.way = BACKSTOP_UNWIND;
  recovery.stage = Stage::unwinding;
  recovery.point->unwinding = &recovery;
  auto &exceptions = *static_cast<ExceptionGlobals *>(thread.exceptions);
  ++exceptions.uncaught; // scopes that ask whether they are left in order are told that they aren't
  if (exceptions.caught == recovery.point->surroundings.exceptions.caught) {
    exceptions.caught = nullptr; // they are the guard's caller's, and catch (...) would stumble over them
  }
  const bool is_jump = way == BACKSTOP_JUMP || must_jump(recovery);
  const bool needs_libc = walk.released_until != 0 || !is_libc_known();
  if (is_jump && (!walk.reached || !needs_libc)) {
    jump(recovery);
  }
  recovery.within_libc = is_jump && is_libc_known();
  if (is_deferred_below(recovery.point->stack_pointer)) {
    move_to_own_stack(recovery, leave_frames);
  }
  leave_frames(&recovery);
}

} // namespace runtime
} // namespace backstop
