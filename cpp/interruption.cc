#include "interruption.h"
#include "chain.h"
#include "copies.h"
#include "deadline.h"
#include "forward.h"
#include "handler.h"
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
#include <utility>

namespace backstop {
namespace runtime {
namespace {

bool is_explicit(const Frame &frame) noexcept {
  return frame.passage == Passage::passes || frame.passage == Passage::cleans;
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
  const auto leads_out = [=](uintptr_t target) {
    return (target < start || target >= end) && function_of(target + 1) != 0;
  };
  return start != 0 && end > start && end - start < longest && !may_call(start - 1, end, leads_out);
}

constexpr uint32_t most_steps = 400;
constexpr uint32_t cost_of_look = 8; // in steps

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
  look.walk.inner.is_interrupted = true;
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
  const stack_t &alternate = context.uc_stack;
  if (at - reinterpret_cast<uintptr_t>(alternate.ss_sp) < alternate.ss_size) {
    return Verdict::runtime; // or a handler of the program's
  }
  const Verdict chain = judge_chain(at, 0);
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
  if (has_returned(context) || is_awaited(at)) { // or is about to say that it has
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

// At once; when the innermost function of libc has returned, whatever it returns; some time after that, for what it
// returns has to have an owner first; or not as things are.
enum class Manner { at_once, on_return, after_return, not_yet };

Manner choose_in_libc(const Walk &walk, uintptr_t called, bool is_blocked) noexcept {
  if (is_never_left(called) || ((is_wait(called) || is_indivisible(called)) && !is_blocked)) {
    return Manner::not_yet; // it may wait for ever, or have taken a lock; but as a rule that will show in a moment
  }
  if (walk.innermost == Holds::nothing || is_wait(called)) {
    return Manner::at_once;
  }
  const bool is_stream = walk.innermost == Holds::released || walk.innermost == Holds::released_by_unwinding;
  return is_indivisible(called)             ? Manner::not_yet
         : is_stream && !is_opening(called) ? Manner::on_return
                                            : Manner::after_return;
}

// When to leave the call: at a moment at which no destructor would be left out, as long as there is time to wait for
// one, and not while something is held. What is left at another moment is left by a jump, for a destructor that was
// just running must not run once more.
Manner choose(Walk &walk, const ucontext_t &context, bool has_time) noexcept {
  const uint32_t in_libc = frames_of_libc(walk);
  const bool is_blocked = is_in_system_call(context);
  Manner manner = Manner::at_once;
  if (in_libc > 0) {
    manner = choose_in_libc(walk, walk.frames[in_libc - 1].function, is_blocked);
    walk.uncertain += manner == Manner::at_once && !is_blocked ? 1 : 0; // what it was about to return would be lost
  } else {
    walk.uncertain += expects_fault(walk.frames[0], walk.is_safe) ? 0 : 1;
  }
  const bool is_good = walk.uncertain == 0;
  const bool leaves = manner == Manner::at_once || manner == Manner::on_return;
  return leaves && !is_good && has_time ? Manner::not_yet : manner;
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
  if (manner != Manner::at_once) {
    recovery->is_resumed = manner == Manner::after_return;
    return await_return(*recovery) ? Verdict::awaited : Verdict::in_libc;
  }
  pthread_sigmask(SIG_SETMASK, &context.uc_sigmask, nullptr); // ppoll and the like have another one for their time
  thread.handling = thread.releasing = false;
  thread.steps = 0; // there are none any more once a handler is left by a jump
  if (Recovery *first = unfinished_recovery()) {
    first->second_signal = signal;
    first->bottom = walk.from.stack_pointer();
    jump(*first);
  }
  recover(*recovery, walk.uncertain == 0 ? recovery->point->site->recover : BACKSTOP_JUMP);
}

// The destructors of a call that is being recovered get as much time again as the call had, and a tenth of a second at
// least.
bool is_recovering(uint64_t until, uint64_t allowed, uint64_t now) noexcept {
  constexpr uint64_t least = 100 * 1000 * 1000;
  return thread.recovering > 0 && now < until + grace(allowed) + std::max(allowed, least);
}

// How things stand between a call and its deadline.
struct Overrun {
  bool is_due;
  bool has_time; // for a better moment
  bool is_recovering;
};

Overrun look_at(const Watched &watched) noexcept {
  const uint64_t until = watched.until.load(std::memory_order_relaxed), now = watch_clock();
  if (until == 0 || now < until) {
    return {false, false, false}; // it was meant for a call that is over
  }
  const uint64_t allowed = until - std::min(until, watched.started.load(std::memory_order_relaxed));
  // On a busy machine the first tries may be late already.
  const bool has_hardly_tried = thread.interruption.walks < 3 && thread.interruption.tries < 8;
  const bool has_time = now < until + grace(allowed) || has_hardly_tried;
  return {true, has_time, is_recovering(until, allowed, now)};
}

Verdict try_here(int signal, const siginfo_t &info, const ucontext_t &context, bool has_time) {
  Verdict verdict = judge_thread(context);
  if (verdict == Verdict::recover) {
    thread.handling = true;
    verdict = try_to_interrupt(signal, info, context, has_time);
    thread.handling = false;
  }
  return verdict;
}

// Whether steps lead anywhere from here, and come to us: a debugger would take them for its own, and valgrind makes
// none. Not into system calls: they may block the signal, or give the processor's flag to a child.
bool can_step(const ucontext_t &context) noexcept {
  struct sigaction present;
  return has_steps && thread.steps != most_steps && !is_traced() && !is_in_system_call(context) &&
         !is_at_system_call(context) && sigismember(&context.uc_sigmask, SIGTRAP) == 0 &&
         sigaction(SIGTRAP, nullptr, &present) == 0 && present.sa_sigaction == on_signal;
}

void start_steps(ucontext_t &context) noexcept {
  ++thread.interruption.walks;
  thread.steps = most_steps;
  set_steps(context, true);
}

bool is_bad_moment(Verdict verdict) noexcept {
  return verdict == Verdict::bad_moment || verdict == Verdict::in_cxx_library;
}

// Whether the same may be possible a moment later.
bool is_brief(Verdict verdict) noexcept {
  return is_bad_moment(verdict) || verdict == Verdict::unwinding || verdict == Verdict::runtime ||
         verdict == Verdict::loading || verdict == Verdict::heap_locked || verdict == Verdict::in_handler;
}

// Libc's handler of a wait that is being left takes the lock back, and whoever holds that may never give it up.
void give_up_lock(const ucontext_t &context) noexcept {
  if (thread.recovering > 0 && thread.escape != nullptr && !thread.handling && is_in_system_call(context)) {
    Recovery &recovery = thread.recoveries[thread.recovering - 1];
    if (recovery.is_cleaning) {
      recovery.lacks_lock = true;
      leave_reading(context);
    }
  }
}

void interrupt(int signal, const siginfo_t &info, ucontext_t &context, Watched &watched) {
  const Overrun overrun = look_at(watched);
  if (!overrun.is_due) {
    return;
  }
  if (!overrun.is_recovering) {
    give_up_lock(context);
  }
  ++thread.interruption.tries;
  if (thread.steps > 0 && thread.steps != std::exchange(thread.steps_seen, thread.steps)) {
    thread.interruption.obstacle = reason(Verdict::bad_moment); // which must be said if the call returns first
    return;                                                     // it is on its way
  }
  const bool steps = overrun.has_time && can_step(context) && !thread.releasing; // there it is where it was asked for
  const bool has_time = overrun.has_time && !thread.releasing;
  const Verdict verdict = overrun.is_recovering ? Verdict::recovering : try_here(signal, info, context, has_time);
  if (steps && is_bad_moment(verdict)) {
    start_steps(context);
  }
  thread.interruption.obstacle = reason(verdict);
  watched.is_brief = is_brief(verdict);
}

// Whether it is worth a walk to find out if this is a good moment.
bool is_promising(const ucontext_t &context) noexcept {
  const uintptr_t pc = instruction_pointer(context);
  return holds(0, pc) == Holds::not_libc && !is_cxx_runtime(pc) && (is_call(pc) || may_touch_memory(context));
}

} // namespace

// Under a step the thread is where it is to the instruction, and the code that it runs can be read.
bool on_step(const siginfo_t &info, void *context) {
  auto &interrupted = *static_cast<ucontext_t *>(context);
  uint32_t &steps = thread.steps;
  // The kernel has two codes for a step, of which it takes the second around system calls. A breakpoint has neither
  // here.
  const bool is_step = info.si_code == TRAP_TRACE || info.si_code == TRAP_BRKPT;
  if (steps == 0 || !is_step) {
    return false;
  }
  const int error_number = errno;
  const Overrun overrun = look_at(*thread.watched);
  const bool is_last = --steps == 0;
  if (!overrun.is_due || is_at_system_call(interrupted)) {
    steps = 0;
  } else if (!overrun.is_recovering && (is_last || is_promising(interrupted))) {
    const Verdict verdict = try_here(SIGTRAP, info, interrupted, !is_last || overrun.has_time);
    steps = !is_bad_moment(verdict) ? 0 : steps > cost_of_look ? steps - cost_of_look : std::min(steps, 1u);
  }
  set_steps(interrupted, steps > 0);
  errno = error_number;
  return true;
}

bool on_return(int signal, const siginfo_t &info, void *context) {
  auto &interrupted = *static_cast<ucontext_t *>(context);
  if (!has_returned(interrupted) || !thread.awaited->is_resumed) {
    return false;
  }
  const int error_number = errno;
  resume_returned(interrupted);
  const Overrun overrun = look_at(*thread.watched);
  if (overrun.is_due && !overrun.has_time && !overrun.is_recovering) {
    try_here(signal, info, interrupted, false); // or it might be in the next such function whenever it is tried
  }
  if (can_step(interrupted)) {
    start_steps(interrupted);
  }
  errno = error_number;
  return true;
}

void on_deadline(int signal, siginfo_t *info, void *context) {
  use_plain_flags();
  if (!is_deadline(*info)) {
    forward_to(previous_of_deadline(), signal, info, context);
    return;
  }
  const int error_number = errno;
  if (Watched *watched = thread.watched) {
    watched->sent.store(0);
    interrupt(signal, *info, *static_cast<ucontext_t *>(context), *watched);
  }
  errno = error_number;
}

} // namespace runtime
} // namespace backstop
