#include "verdict.h"
#include "abort_message.h"
#include "chain.h"
#include "registers.h"
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

uintptr_t raise_code;                 // where libc's raise begins
constexpr uintptr_t raise_size = 512; // and about how long it is at most
const char *single_threaded;          // glibc's __libc_single_threaded, since 2.32

// Whether this thread itself raised the SIGABRT. Either it has just come back from its own tgkill, or, where
// raise blocks signals around that (glibc before 2.34, musl), the signal struck as raise unblocked them.
bool is_own_abort(const ucontext_t &context) noexcept {
  const uintptr_t at = instruction_pointer(context);
  return (raise_code != 0 && at >= raise_code && at < raise_code + raise_size) ||
         has_sent(context, getpid(), syscall(SYS_gettid), SIGABRT);
}

// The codes that the kernel gives to what the interrupted instruction did. Not among them: what others send
// (0 and below), and what the kernel reports as it happens to hear of it (memory failing elsewhere, counters,
// tag checks).
bool is_own_fault(int signal, int code) noexcept {
  switch (signal) {
  case SIGSEGV:
    return code == SI_KERNEL || (code >= SEGV_MAPERR && code <= SEGV_PKUERR);
  case SIGBUS:
    return code == SI_KERNEL || (code >= BUS_ADRALN && code <= BUS_MCEERR_AR);
  case SIGTRAP:
    return code == SI_KERNEL || code == TRAP_BRKPT;
  case SIGFPE:
  case SIGILL:
  case SIGSYS:
    return code > 0;
  default:
    return false;
  }
}

// Which of the allocator's aborts leave nothing locked. Tried on glibc 2.36 in a process with two threads,
// each followed by malloc and free of several sizes: the checks on the way to the thread's own cache, and on
// the pointer alone, come before the arena is locked. The others hold its lock, and so do those of later
// releases that nobody tried.
bool leaves_heap_usable(const char *message) noexcept {
  static const char *const unlocked[] = {
      "free(): double free detected in tcache 2",
      "free(): invalid pointer",
      "free(): invalid size",
      "free(): too many chunks detected in tcache",
      "malloc(): unaligned tcache chunk detected",
      "munmap_chunk(): invalid pointer",
      "realloc(): invalid pointer",
  };
  if (single_threaded != nullptr && *single_threaded != 0) {
    return true; // then glibc doesn't lock at all
  }
  for (const char *text : unlocked) {
    if (std::strncmp(message, text, std::strlen(text)) == 0) {
      return true;
    }
  }
  return false;
}

} // namespace

void prepare_verdict() noexcept {
  raise_code = reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, "raise"));
  single_threaded = static_cast<const char *>(dlsym(RTLD_DEFAULT, "__libc_single_threaded"));
}

Verdict judge_chain(uintptr_t stack_pointer) noexcept {
  constexpr uintptr_t overshoot = 1 << 20; // by which a large frame may have passed the end of the stack
  if (thread.depth == 0) {
    return Verdict::no_guard;
  }
  const Point *top = chain_top();
  if (top == nullptr) {
    return thread.capacity == 0 ? Verdict::no_guard : Verdict::too_deep;
  }
  if (top->site == nullptr) {
    return Verdict::barrier;
  }
  const bool guard_on_stack = top->frame >= thread.stack_low && top->frame < thread.stack_high;
  const bool fault_below = stack_pointer <= top->frame && stack_pointer + overshoot >= thread.stack_low;
  return guard_on_stack && fault_below ? Verdict::recover : Verdict::off_stack;
}

Verdict judge(const backstop_fault &fault, const ucontext_t &context) noexcept {
  const Verdict chain = judge_chain(fault.stack_pointer);
  if (chain == Verdict::no_guard) {
    return chain;
  }
  if (!is_own_fault(fault.signal, fault.code) && !(fault.signal == SIGABRT && is_own_abort(context))) {
    return Verdict::not_its_own;
  }
  if (chain != Verdict::recover) {
    return chain;
  }
  if (fault.kind == BACKSTOP_FAULT_HEAP_CORRUPTION && !leaves_heap_usable(fault.message)) {
    return Verdict::heap_locked;
  }
  if (fault.kind == BACKSTOP_FAULT_ABORT && !aborts_are_explained()) {
    return Verdict::unexplained;
  }
  return Verdict::recover;
}

const char *reason(Verdict verdict) noexcept {
  switch (verdict) {
  case Verdict::barrier:
    return "a callback of another language was running, whose frames must not be jumped over";
  case Verdict::not_its_own:
    return "it was sent to the thread, not raised by its own instruction or abort";
  case Verdict::off_stack:
    return "it struck on another stack than the one the guard is on";
  case Verdict::too_deep:
    return "guards are nested deeper than backstop keeps count of";
  case Verdict::heap_locked:
    return "the allocator stopped with its lock held, and the next allocation would hang";
  case Verdict::unexplained:
    return "this libc doesn't tell whether the allocator stopped with its lock held (static glibc: link "
           "dynamically)";
  case Verdict::asked:
    return "a fault handler of this program asked for that";
  case Verdict::recover:
  case Verdict::no_guard:
    break;
  }
  return "";
}

} // namespace runtime
} // namespace backstop
