// The handler: describe the fault, ask the program's own handlers, walk the frames, judge, and then either go back to
// the guard or forward.
//
// It may run anywhere: inside malloc, inside the dynamic loader, on the last page of a stack. So on this path
// there is no allocation, no lock, no lazy binding (-fno-plt), and no thread-local but `thread`, which is
// static TLS. The system calls made are those that signal-safety(7) allows.
#include "handler.h"
#include "abort_message.h"
#include "chain.h"
#include "cleanup.h"
#include "copies.h"
#include "inner_guard.h"
#include "interruption.h"
#include "kind.h"
#include "loan.h"
#include "names.h"
#include "recover.h"
#include "stack.h"
#include "verdict.h"
#include <cerrno>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

void print(const char *text) noexcept {
  size_t length = 0;
  while (text[length] != '\0') {
    ++length;
  }
  (void)!write(STDERR_FILENO, text, length); // there is nobody to tell that stderr is closed
}

// Why a fault under a guard ends the process.
void print_refusal(const backstop_fault &fault, Verdict verdict) noexcept {
  // The guard that might have caught it: the newest, past the barriers on top.
  const backstop_site *site = nullptr;
  const char *barrier = nullptr;
  const uint32_t kept = thread.depth < thread.capacity ? thread.depth : thread.capacity;
  for (uint32_t index = kept; index > 0 && site == nullptr; --index) {
    site = thread.points[index - 1].site;
    barrier = site == nullptr ? thread.points[index - 1].barrier : barrier;
  }
  site = site == nullptr ? guard_of_others() : site;
  if (site == nullptr) {
    return; // no guard was concerned
  }
  const char *name = signal_name(fault.signal);
  print("backstop: ");
  print(name != nullptr ? name : "a signal");
  print(" under the guard of `");
  print(site->name);
  if (verdict == Verdict::barrier && barrier != nullptr) {
    print("`, in the callback `");
    print(barrier);
  }
  print("` is not recovered: ");
  print(reason(verdict));
  print("\n");
}

struct Classification {
  backstop_fault &fault;
  const siginfo_t &info;
  const ucontext_t &context;
};

// Reads the instruction that faulted, and what that was about to read.
void classify_carefully(backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept {
  Classification classification = {fault, info, context};
  const auto run = [](void *data) {
    const auto &[fault, info, context] = *static_cast<Classification *>(data);
    classify(fault, info, context);
  };
  read_carefully(run, &classification);
}

// Whether the compiler would think that the faulting instruction can't fault: those that trap on purpose, after which
// nothing is to run, and what it does to its own frame.
bool is_taken_for_safe(const backstop_fault &fault) noexcept {
  return fault.signal == SIGILL || fault.signal == SIGTRAP ||
         (has_overflowed(fault) && !builds_frame(fault.instruction_pointer) && !is_call(fault.instruction_pointer));
}

// Comes back with what stands against it.
Verdict try_to_recover(const backstop_fault &fault, AbortMessage *message, const ucontext_t &interrupted) {
  Recovery *recovery = next_recovery();
  if (recovery == nullptr) {
    return Verdict::too_many;
  }
  recovery->point = chain_top();
  recovery->walk = {};
  recovery->walk.point = recovery->point;
  recovery->walk.kind = fault.kind;
  recovery->walk.is_safe = is_taken_for_safe(fault);
  recovery->walk.from = registers_of(interrupted);
  const bool executes = fault.access == BACKSTOP_ACCESS_EXECUTE || fault.kind == BACKSTOP_FAULT_WILD_JUMP;
  recovery->walk.is_wild = executes && fault.address == fault.instruction_pointer;
  take(recovery->walk);
  const Verdict verdict = judge_walk(fault, recovery->walk);
  const bool can_wait = has_overflowed(fault) && is_until_return(verdict);
  if (verdict != Verdict::recover && !can_wait) {
    return verdict;
  }
  store(recovery->snapshot, fault);
  recovery->snapshot.fault.kind = recovery->walk.kind;
  for (size_t index = 0; index < register_count; ++index) {
    recovery->registers[index] = register_at(interrupted, index);
  }
  if (can_wait) {
    return lend_until_return(*recovery, fault.address) ? Verdict::awaited : verdict;
  }
  release(message);
  thread.handling = false;
  thread.steps = 0; // of an interruption, which end here
  thread.terminating = false;
  if (Recovery *first = unfinished_recovery()) {
    first->second_signal = fault.signal;
    first->bottom = recovery->walk.from.stack_pointer();
    if (has_overflowed(fault)) {
      go_on_with_room(*first, recovery->walk.from);
    }
    jump(*first);
  }
  const backstop_way way = recovery->point->site->recover;
  const bool has_cleanups = recovery->walk.with_cleanups > 0 || is_deferred_below(recovery->point->stack_pointer);
  if (has_overflowed(fault) && has_cleanups) {
    lend_to_destructors(fault.address); // or else those next to the end won't run
  }
  recover(*recovery, way);
}

} // namespace

void on_signal(int signal, siginfo_t *info, void *context) {
  use_plain_flags();
  if ((signal == SIGTRAP && on_step(*info, context)) || on_return(signal, *info, context)) {
    return;
  }
  const Copy *innermost = innermost_copy();
  (innermost != nullptr ? *innermost : first_copy()).handle(signal, info, context);
}

void handle(int signal, siginfo_t *info, void *context) {
  const Copy &first = first_copy();
  auto &interrupted = *static_cast<ucontext_t *>(context);
  // What is read may be damaged: that faults, or makes the unwinder abort.
  if (is_own_fault(signal, info->si_code) || (signal == SIGABRT && is_own_abort(*info, interrupted))) {
    leave_reading(interrupted);
  }
  const int error_number = errno;
  if (has_returned(interrupted)) {
    pthread_sigmask(SIG_SETMASK, &interrupted.uc_sigmask, nullptr); // see below
    recover_returned(interrupted);
  }
  if (thread.handling) { // the handler itself failed, or one of the program's that it asked
    if (first.is_fatal(signal, *info)) {
      print("backstop: a fault within a fault handler\n");
    }
    thread.handling = false; // the previous handler may jump out
    first.forward(signal, info, context);
    return;
  }
  thread.handling = true;
  // The kernel blocks nothing while our handler runs. But a handler installed later, which passed the fault on to us,
  // may have asked for more: it would have had it undone by returning, and a fault during the walk must get through.
  sigset_t mask;
  pthread_sigmask(SIG_SETMASK, &interrupted.uc_sigmask, &mask);
  if (may_be_past_stack(stack_pointer(interrupted), reinterpret_cast<uintptr_t>(info->si_addr))) {
    refresh_stack(); // a system call
  }
  AbortMessage *message = signal == SIGABRT ? take_abort_message() : nullptr;
  backstop_fault fault = describe(signal, *info, interrupted, text_of(message));
  classify_carefully(fault, *info, interrupted);
  stop_waiting();
  const backstop_answer answer = first.ask_fault_handlers(fault, info, context);
  bool is_resolved = answer == BACKSTOP_RESOLVED;
  if (!is_resolved) {
    Verdict verdict = answer == BACKSTOP_FORWARD ? Verdict::asked : judge(fault, *info, interrupted);
    if (verdict == Verdict::recover) {
      verdict = try_to_recover(fault, message, interrupted);
    }
    is_resolved = verdict == Verdict::awaited;
    if (is_resolved) {
      hold_signals(interrupted);
    }
    // Otherwise the previous handler may know what to do, and have been meant to.
    if (!is_resolved && first.is_fatal(signal, *info)) {
      print_refusal(fault, verdict);
    }
  }
  give_back(message);
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
  thread.handling = false; // the previous handler may jump out
  if (!is_resolved) {
    first.forward(signal, info, context);
  }
  errno = error_number;
}

} // namespace runtime
} // namespace backstop
