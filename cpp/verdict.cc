#include "verdict.h"
#include "abort_message.h"
#include "chain.h"
#include "heap_corruption.h"
#include "registers.h"
#include "stack.h"
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

uintptr_t raise_begin, raise_end; // the code of libc's raise

// Whether this thread itself raised the SIGABRT. Either it has just come back from its own tgkill, or, where
// raise blocks signals around that (glibc before 2.34, musl), the signal struck as raise unblocked them.
bool is_own_abort(const siginfo_t &info, const ucontext_t &context) noexcept {
  const uintptr_t at = instruction_pointer(context);
  return info.si_code == SI_TKILL && info.si_pid == getpid() &&
         ((at >= raise_begin && at < raise_end) || has_sent(context, getpid(), syscall(SYS_gettid), SIGABRT));
}

} // namespace

void prepare_verdict() noexcept {
  void *code = dlsym(RTLD_DEFAULT, "raise");
  raise_begin = reinterpret_cast<uintptr_t>(code);
  raise_end = raise_begin + 256;
#ifdef __GLIBC__
  Dl_info where;
  const ElfW(Sym) *symbol = nullptr;
  if (dladdr1(code, &where, reinterpret_cast<void **>(const_cast<ElfW(Sym) **>(&symbol)), RTLD_DL_SYMENT) != 0 &&
      symbol != nullptr) {
    raise_end = raise_begin + symbol->st_size;
  }
#endif
}

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

Verdict judge_chain(uintptr_t stack_pointer, uintptr_t address) noexcept {
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
  const bool below_guard = is_within_stack(top->frame) && stack_pointer <= top->frame;
  const bool on_stack = is_within_stack(stack_pointer) || is_past_stack(stack_pointer, address);
  return below_guard && on_stack ? Verdict::recover : Verdict::off_stack;
}

namespace {

// Whether the allocator is what aborted, with its lock held.
bool is_heap_locked(const backstop_fault &fault) noexcept {
  const char *on_stack = find_on_stack(fault.stack_pointer, chain_top()->frame);
  return (on_stack != nullptr && !leaves_heap_usable(on_stack)) ||
         (fault.kind == BACKSTOP_FAULT_HEAP_CORRUPTION && !leaves_heap_usable(fault.message));
}

} // namespace

Verdict judge(const backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept {
  const Verdict chain = judge_chain(fault.stack_pointer, fault.address);
  if (chain == Verdict::no_guard) {
    return chain;
  }
  const bool is_abort = fault.signal == SIGABRT;
  if (!is_own_fault(fault.signal, fault.code) && !(is_abort && is_own_abort(info, context))) {
    return Verdict::not_its_own;
  }
  if (chain != Verdict::recover) {
    return chain;
  }
  if (is_abort && is_heap_locked(fault)) {
    return Verdict::heap_locked;
  }
  if (is_abort && fault.message == nullptr && !aborts_are_explained()) {
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
