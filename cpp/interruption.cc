#include "interruption.h"
#include "chain.h"
#include "copies.h"
#include "deadline.h"
#include "forward.h"
#include "inner_guard.h"
#include "instruction.h"
#include "loan.h"
#include "modules.h"
#include "recover.h"
#include "runtime_code.h"
#include "stack.h"
#include "unwind_from.h"
#include "verdict.h"
#include "watchdog.h"
#include <algorithm>
#include <cerrno>

namespace backstop {
namespace runtime {
namespace {

bool is_explicit(const Frame &frame) noexcept {
  return frame.passage == Passage::passes || frame.passage == Passage::cleans;
}

// Whether the function of `frame` knew of its call, to a function of libc, that it may throw, and what to do then.
// Frames of the C++ library in between hold nothing: what operator new has called is as if the program had.
bool expects_exception(const Walk &walk, uint32_t number, uintptr_t callee) noexcept {
  const uint32_t known = std::min(walk.between, static_cast<uint32_t>(frames_first));
  bool may_throw = is_cancellation_point(callee);
  for (; number < known; ++number) {
    const Frame &frame = walk.frames[number];
    if (!is_cxx_runtime(frame.instruction_pointer) && !is_runtime_code(frame.instruction_pointer)) {
      const bool has_nothing = frame.passage == Passage::no_table && may_throw && is_vouched(frame.instruction_pointer);
      return is_explicit(frame) || has_nothing;
    }
    may_throw = true;
  }
  return number == walk.between; // the guard called it
}

// Whether the frame, which is at an instruction of its own, knew that this may fault, or has nothing to destroy.
bool expects_fault(const Frame &frame, bool is_safe) noexcept {
  if (is_call(frame.instruction_pointer)) {
    return is_explicit(frame);
  }
  return frame.passage != Passage::blocked && Inner().trusts(frame, is_safe);
}

// Whether the function calls nothing, so that it can have made nothing that is to be destroyed.
bool is_leaf(uintptr_t pc) noexcept {
  constexpr uintptr_t longest = 16 * 1024;
  const uintptr_t start = function_of(pc + 1), end = end_of_function(pc);
  const auto leads_out = [=](uintptr_t target) { return target < start || target >= end; };
  return start != 0 && end > start && end - start < longest && !may_call(start - 1, end, leads_out);
}

struct Look {
  Walk &walk;
  const ucontext_t &context;
};

void look(void *data) {
  const auto &look = *static_cast<const Look *>(data);
  const uintptr_t pc = instruction_pointer(look.context);
  if (holds(0, pc) == Holds::not_libc) {
    const bool may_fault = may_touch_memory(look.context) || is_call(pc);
    look.walk.is_safe = !may_fault && !is_leaf(pc);
    look.walk.inner.may_not_throw = look.walk.starts_within_safe = !may_fault;
  }
}

// What stands against it wherever in its code the call is.
Verdict judge_thread(const ucontext_t &context) noexcept {
  const uintptr_t pc = instruction_pointer(context), at = stack_pointer(context);
  if (thread.handling || thread.escape != nullptr || thread.terminating || (is_runtime_code(pc) && !thread.releasing)) {
    return Verdict::runtime;
  }
  if (!is_innermost_copy()) {
    return Verdict::barrier;
  }
  const Verdict chain = judge_chain(at, at);
  if (chain != Verdict::recover) {
    return chain;
  }
  if (thread.holds > 0) {
    thread.interruption.is_due = true;
    return Verdict::held;
  }
  if (chain_top()->is_overwritten()) {
    return Verdict::smashed;
  }
  if (is_awaited(at)) {
    return Verdict::awaited;
  }
  const Holds inside = holds(0, pc);
  return inside == Holds::unwinder || is_unwinder_lost() ? Verdict::unwinding
         : inside == Holds::loader                       ? Verdict::loading
                                                         : Verdict::recover;
}

// What the frames add to it.
Verdict judge_frames(const Walk &walk) noexcept {
  if (walk.has_foreign) {
    return Verdict::foreign;
  }
  if (walk.is_interrupted) {
    return Verdict::in_handler;
  }
  if (walk.in_unwinder) {
    return Verdict::unwinding;
  }
  if (!walk.reached) {
    return Verdict::beyond;
  }
  if (walk.in_runtime && !thread.releasing) {
    return Verdict::runtime;
  }
  if (walk.frames[0].holds == Holds::not_libc && is_cxx_runtime(walk.from.instruction_pointer())) {
    return Verdict::in_cxx_library;
  }
  switch (walk.worst_beyond) {
  case Holds::heap:
    return Verdict::heap_locked;
  case Holds::loader:
    return Verdict::loading;
  case Holds::unknown:
    return Verdict::in_libc;
  default:
    return Verdict::recover;
  }
}

// How many of the innermost frames are libc's.
uint32_t frames_of_libc(const Walk &walk) noexcept {
  uint32_t count = 0;
  while (count < walk.between && count < frames_first && walk.frames[count].holds != Holds::not_libc) {
    ++count;
  }
  return count;
}

// When and how: at once, when the function of libc that is running has returned, or by leaving the innermost frame
// without its destructors, once there is no more time to wait for something better.
enum class Manner { at_once, on_return, torn, not_yet };

Manner choose(Walk &walk, const ucontext_t &context, bool has_time) noexcept {
  const uint32_t in_libc = frames_of_libc(walk);
  if (in_libc == 0) {
    walk.hops_first = !expects_fault(walk.frames[0], walk.is_safe);
    return !walk.hops_first ? Manner::at_once : has_time ? Manner::not_yet : Manner::torn;
  }
  const uintptr_t called = walk.frames[in_libc - 1].function;
  const bool is_free =
      walk.worst == Holds::nothing || walk.worst == Holds::not_libc || (is_wait(called) && is_in_system_call(context));
  if (!is_free && returns_elsewhere(called)) {
    return Manner::not_yet;
  }
  if (has_time && !expects_exception(walk, is_free ? in_libc : walk.critical_frames, called)) {
    return Manner::not_yet;
  }
  return is_free ? Manner::at_once : Manner::on_return;
}

void fill_in(Recovery &recovery, const siginfo_t &info, const ucontext_t &context, int signal) noexcept {
  store(recovery.snapshot, describe(signal, info, context, nullptr));
  for (size_t index = 0; index < register_count; ++index) {
    recovery.registers[index] = register_at(context, index);
  }
  recovery.is_interruption = true;
  recovery.overrun = overrun_now();
  recovery.overrun.is_interrupted = 1;
  recovery.overrun.instruction_pointer = instruction_pointer(context);
}

// Comes back with what stands against it now.
Verdict try_to_interrupt(int signal, const siginfo_t &info, const ucontext_t &context, bool has_time) {
  Recovery *recovery = next_recovery();
  if (recovery == nullptr) {
    return Verdict::recovering;
  }
  Walk &walk = recovery->walk;
  recovery->point = chain_top();
  walk = {};
  walk.point = recovery->point;
  walk.is_interruption = true;
  walk.from = registers_of(context);
  Look all = {walk, context};
  if (!read_carefully(look, &all)) {
    return Verdict::beyond;
  }
  take(walk);
  const Verdict verdict = judge_frames(walk);
  if (verdict != Verdict::recover) {
    return verdict;
  }
  const Manner manner = choose(walk, context, has_time);
  if (manner == Manner::not_yet) {
    return Verdict::bad_moment;
  }
  fill_in(*recovery, info, context, signal);
  if (manner == Manner::on_return) {
    return await_return(*recovery) ? Verdict::awaited : Verdict::in_libc;
  }
  thread.handling = thread.releasing = false;
  if (Recovery *first = unfinished_recovery()) {
    first->second_signal = signal;
    first->bottom = walk.from.stack_pointer();
    jump(*first);
  }
  recover(*recovery, recovery->point->site->recover);
}

// The destructors of a call that is being recovered get as much time again as the call had, and a tenth of a second at
// least.
bool is_recovering(uint64_t until, uint64_t allowed, uint64_t now) noexcept {
  constexpr uint64_t least = 100 * 1000 * 1000;
  return thread.recovering > 0 && now < until + grace(allowed) + std::max(allowed, least);
}

void interrupt(int signal, const siginfo_t &info, const ucontext_t &context, const Watched &watched) {
  const uint64_t until = watched.until.load(std::memory_order_relaxed), now = watch_clock();
  if (until == 0 || now < until) {
    return; // it was meant for a call that is over
  }
  const uint64_t allowed = until - std::min(until, watched.started.load(std::memory_order_relaxed));
  Verdict verdict = is_recovering(until, allowed, now) ? Verdict::recovering : judge_thread(context);
  ++thread.interruption.tries;
  if (verdict == Verdict::recover) {
    thread.handling = true;
    verdict = try_to_interrupt(signal, info, context, now < until + grace(allowed));
    thread.handling = false;
  }
  thread.interruption.obstacle = reason(verdict);
}

} // namespace

void on_deadline(int signal, siginfo_t *info, void *context) {
  use_plain_flags();
  if (!is_deadline(*info)) {
    forward_to(previous_of_deadline(), signal, info, context);
    return;
  }
  const int error_number = errno;
  if (Watched *watched = thread.watched) {
    watched->sent.store(0);
    interrupt(signal, *info, *static_cast<const ucontext_t *>(context), *watched);
  }
  errno = error_number;
}

} // namespace runtime
} // namespace backstop
