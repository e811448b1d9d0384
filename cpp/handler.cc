// The handler: describe the fault, ask the program's own handlers, judge, and then either jump to the guard
// or forward.
//
// It may run anywhere: inside malloc, inside the dynamic loader, on the last page of a stack. So on this path
// there is no allocation, no lock, no lazy binding (-fno-plt), and no thread-local but `thread`, which is
// static TLS. The system calls made are those that signal-safety(7) allows.
#include "handler.h"
#include "abort_message.h"
#include "chain.h"
#include "entry.h"
#include "fault_handlers.h"
#include "forward.h"
#include "names.h"
#include "registers.h"
#include "snapshot.h"
#include "stack.h"
#include "verdict.h"
#include <cerrno>
#include <unistd.h>

extern "C" void __asan_handle_no_return() __attribute__((weak));

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

[[noreturn]] void recover(const backstop_fault &fault, AbortMessage *message, const ucontext_t &interrupted) noexcept {
  // The kernel blocks nothing while our handler runs. But a handler installed later, which passed the fault
  // on to us, may have asked for more, and would have had it undone by returning.
  pthread_sigmask(SIG_SETMASK, &interrupted.uc_sigmask, nullptr);
  store(fault);
  release(message);
  thread.handling = false;
  thread.terminating = false;
  if (__asan_handle_no_return != nullptr) {
    __asan_handle_no_return(); // the frames jumped over leave poisoned shadow behind
  }
  return_to(chain_top());
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

} // namespace

void on_signal(int signal, siginfo_t *info, void *context) {
  use_plain_flags();
  const int error_number = errno;
  auto &interrupted = *static_cast<ucontext_t *>(context);
  if (thread.handling) { // the handler itself failed, or one of the program's that it asked
    if (is_fatal(signal, *info)) {
      print("backstop: a fault within a fault handler\n");
    }
    thread.handling = false; // the previous handler may jump out
    forward(signal, info, context);
    return;
  }
  thread.handling = true;
  refresh_stack();
  AbortMessage *message = signal == SIGABRT ? take_abort_message() : nullptr;
  const backstop_fault fault = describe(signal, *info, interrupted, text_of(message));
  const backstop_answer answer = ask_fault_handlers(fault, info, context);
  if (answer != BACKSTOP_RESOLVED) {
    const Verdict verdict = answer == BACKSTOP_FORWARD ? Verdict::asked : judge(fault, *info, interrupted);
    if (verdict == Verdict::recover) {
      recover(fault, message, interrupted);
    }
    // Otherwise the previous handler may know what to do, and have been meant to.
    if (is_fatal(signal, *info)) {
      print_refusal(fault, verdict);
    }
  }
  give_back(message);
  thread.handling = false; // the previous handler may jump out
  if (answer != BACKSTOP_RESOLVED) {
    forward(signal, info, context);
  }
  errno = error_number;
}

} // namespace runtime
} // namespace backstop
