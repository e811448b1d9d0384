#include "verdict.h"
#include "abort_message.h"
#include "heap_corruption.h"
#include "inner_guard.h"
#include "kind.h"
#include "loan.h"
#include "registers.h"
#include "stack.h"
#include "unwind_from.h"
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

uintptr_t raise_begin, raise_end; // the code of libc's raise

} // namespace

// Either it has just come back from its own tgkill, or, where raise blocks signals around that (glibc before 2.34,
// musl), the signal struck as raise unblocked them.
bool is_own_abort(const siginfo_t &info, const ucontext_t &context) noexcept {
  const uintptr_t at = instruction_pointer(context);
  return info.si_code == SI_TKILL && info.si_pid == getpid() &&
         ((at >= raise_begin && at < raise_end) || has_sent(context, getpid(), syscall(SYS_gettid), SIGABRT));
}

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
  // The same is that of a function which the guard has called and which has taken no stack, where calls take none.
  const bool below_guard = is_within_stack(top->stack_pointer) && stack_pointer <= top->stack_pointer;
  const bool on_stack = is_within_stack(stack_pointer) || is_past_stack(stack_pointer, address);
  return below_guard && on_stack ? Verdict::recover : Verdict::off_stack;
}

Verdict judge(const backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept {
  const Verdict chain = judge_chain(fault.stack_pointer, fault.address);
  if (chain == Verdict::no_guard) {
    return chain;
  }
  const bool is_abort = fault.signal == SIGABRT;
  if (is_awaited(fault.stack_pointer)) {
    return Verdict::lent;
  }
  // Not even to be walked from: it may hold a lock that the walk would take.
  const bool is_in_unwinder = !is_abort && holds(0, fault.instruction_pointer) == Holds::unwinder;
  if (is_unwinder_lost() || (is_in_unwinder && !has_overflowed(fault) && unfinished_recovery() == nullptr)) {
    return Verdict::unwinding;
  }
  if (!is_own_fault(fault.signal, fault.code) && !(is_abort && is_own_abort(info, context))) {
    return Verdict::not_its_own;
  }
  if (chain != Verdict::recover) {
    return chain;
  }
  if (chain_top()->is_overwritten()) {
    return Verdict::smashed;
  }
  if (is_abort && fault.message == nullptr && !aborts_are_explained()) {
    return Verdict::unexplained;
  }
  return Verdict::recover;
}

namespace {

// The allocator is what aborted, with its lock held.
bool has_aborted_locked(const backstop_fault &fault, const Walk &walk) noexcept {
  const char *on_stack = find_on_stack(fault.stack_pointer, chain_top()->stack_pointer);
  return (on_stack != nullptr && !leaves_heap_usable(on_stack, walk.in_realloc)) ||
         (fault.kind == BACKSTOP_FAULT_HEAP_CORRUPTION && !leaves_heap_usable(fault.message, walk.in_realloc));
}

// The allocator is running, and holds its lock for all we know.
bool is_heap_locked(const backstop_fault &fault, const Walk &walk) noexcept {
  if (is_allocator_replaced()) {
    return true;
  }
  if (fault.signal == SIGABRT) {
    return fault.kind != BACKSTOP_FAULT_HEAP_CORRUPTION &&
           find_on_stack(fault.stack_pointer, chain_top()->stack_pointer) == nullptr; // otherwise asked already
  }
  // Its entry functions take the lock only for what they call; but a call is where the stack ends, too.
  const bool is_locked = !walk.is_in_entry || fault.kind == BACKSTOP_FAULT_STACK_OVERFLOW;
  return is_locked && !is_single_threaded();
}

// Whether the part of the stack that the walk didn't get to has a return address into the loader, or into a function
// that must be unwound to release its lock.
bool may_hold_beyond(const Walk &walk) noexcept {
  const uint32_t last = walk.recorded > 0 ? walk.recorded - 1 : 0;
  uintptr_t at = walk.recorded > 0 ? walk.frames[place_of_frame(last)].stack_pointer : walk.from.stack_pointer();
  at = (at + sizeof(at) - 1) & ~(sizeof(at) - 1);
  for (; is_within_stack(at) && at < walk.point->stack_pointer; at += sizeof(at)) {
    const uintptr_t address = *reinterpret_cast<const uintptr_t *>(at);
    const Holds code = holds(0, address);
    if (code == Holds::loader ||
        (code == Holds::unknown && holds(function_of(address), address) == Holds::released_by_unwinding)) {
      return true;
    }
  }
  return false;
}

} // namespace

Verdict judge_walk(const backstop_fault &fault, const Walk &walk) noexcept {
  if (walk.has_foreign) {
    return Verdict::foreign;
  }
  if (walk.is_interrupted) {
    return Verdict::in_handler;
  }
  if (fault.signal == SIGABRT && has_aborted_locked(fault, walk)) {
    return Verdict::heap_locked;
  }
  switch (walk.worst) {
  case Holds::heap:
    return is_heap_locked(fault, walk) ? Verdict::heap_locked : Verdict::recover;
  case Holds::loader:
    return Verdict::loading;

  case Holds::unknown:
    return Verdict::in_libc;
  case Holds::released_by_unwinding:
    if (!can_unwind || !walk.reached || (has_overflowed(fault) && walk.critical_return != 0)) {
      return Verdict::in_libc;
    }
    break;
  default:
    break;
  }
  // It calls std::terminate, and what runs while we unwind, when it holds nothing.
  if (walk.in_unwinder && fault.kind != BACKSTOP_FAULT_TERMINATE && !has_overflowed(fault) &&
      unfinished_recovery() == nullptr) {
    return Verdict::unwinding;
  }
  return !walk.reached && may_hold_beyond(walk) ? Verdict::beyond : Verdict::recover;
}

bool is_until_return(Verdict verdict) noexcept {
  return verdict == Verdict::heap_locked || verdict == Verdict::loading || verdict == Verdict::in_libc;
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
  case Verdict::too_many:
    return "four faults of this thread are being recovered already, each of code that recovering the one before runs";
  case Verdict::heap_locked:
    return "the allocator was at work, and may hold its lock: the next allocation would hang";
  case Verdict::loading:
    return "the dynamic loader was at work, and holds its lock";
  case Verdict::unwinding:
    return "the unwinder itself was at work";
  case Verdict::in_libc:
    return "a function of libc was running of which it isn't known that it holds no lock";
  case Verdict::beyond:
    return "the stack can't be read to the guard, and what lies there may hold a lock";
  case Verdict::foreign:
    return "frames of another language lie in between, which must not be left that way";
  case Verdict::in_handler:
    return "a signal handler was running, which had interrupted the guarded code";
  case Verdict::smashed:
    return "the stack was overwritten through the guard, and with it the frames to go back to";
  case Verdict::unexplained:
    return "this libc doesn't tell whether the allocator stopped with its lock held (static glibc: link "
           "dynamically)";
  case Verdict::lent:
    return "the function that was lent stack, so that it could release its lock, has failed too";
  case Verdict::asked:
    return "a fault handler of this program asked for that";
  case Verdict::awaited:
    return "a function of libc that may hold a lock had not returned";
  case Verdict::runtime:
    return "backstop itself was at work";
  case Verdict::in_cxx_library:
    return "the C++ library was at work";
  case Verdict::held:
    return "it had asked for that (backstop_hold)";
  case Verdict::recovering:
    return "the destructors of an earlier recovery were running";
  case Verdict::bad_moment:
    return "no moment came at which all its destructors could have run";
  case Verdict::recover:
  case Verdict::no_guard:
    break;
  }
  return "";
}

} // namespace runtime
} // namespace backstop
