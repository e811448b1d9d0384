#include "loan.h"
#include "handler.h"
#include "inner_guard.h"
#include "recover.h"
#include "stack.h"
#include "unwind_from.h"
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/resource.h>

namespace backstop {
namespace runtime {
namespace {

constexpr uintptr_t main_thread_part = 128 * 1024; // malloc needs less than a page; destructors what they need

// The guard is ours only if that is where the fault was: what lies there otherwise is somebody's.
bool lend_guard(uintptr_t address) noexcept {
  const uintptr_t low = thread.stack_low - thread.stack_guard;
  constexpr int remove_guard = 103; // MADV_GUARD_REMOVE: newer glibc's guards are none of mprotect's
  if (address < low || address >= thread.stack_low ||
      mprotect(reinterpret_cast<void *>(low), thread.stack_guard, PROT_READ | PROT_WRITE) != 0) {
    return false;
  }
  madvise(reinterpret_cast<void *>(low), thread.stack_guard, remove_guard);
  thread.lent = thread.stack_guard;
  thread.stack_low = low;
  return true;
}

// The kernel grows the main thread's stack as far as the soft limit allows.
bool lend_beyond_limit(uintptr_t address) noexcept {
  rlimit limit;
  if (address >= thread.stack_low + page_size || getrlimit(RLIMIT_STACK, &limit) != 0) {
    return false;
  }
  const uintptr_t end = address & ~(page_size - 1);
  const uintptr_t needed = thread.stack_limit_from - end + main_thread_part;
  if (needed <= limit.rlim_cur || needed > limit.rlim_max) {
    return false;
  }
  thread.lent = needed - limit.rlim_cur;
  limit.rlim_cur = needed;
  if (setrlimit(RLIMIT_STACK, &limit) != 0) {
    thread.lent = 0;
    return false;
  }
  thread.stack_low = thread.stack_limit_from - needed;
  return true;
}

bool lend(uintptr_t address) noexcept {
  if (thread.lent != 0) {
    return false;
  }
  return thread.stack_limit_from != 0 ? lend_beyond_limit(address) : lend_guard(address);
}

void lower_limit() noexcept {
  rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) == 0) {
    limit.rlim_cur -= thread.lent;
    setrlimit(RLIMIT_STACK, &limit);
  }
}

void forget_loan() noexcept {
  thread.stack_low += thread.lent;
  thread.lent = 0;
}

bool has_lent_guard() noexcept { return thread.lent != 0 && thread.stack_limit_from == 0; }

// The kernel's part of a context's mask is one word, and other things follow it.
uint64_t mask_of(const ucontext_t &context) noexcept {
  uint64_t mask;
  std::memcpy(&mask, &context.uc_sigmask, sizeof(mask));
  return mask;
}

void unblock_held_signals() noexcept {
  sigset_t mask;
  sigemptyset(&mask);
  std::memcpy(&mask, &thread.mask_before_loan, sizeof(thread.mask_before_loan));
  pthread_sigmask(SIG_SETMASK, &mask, nullptr);
}

void touch(void *address) { static_cast<void>(*static_cast<volatile char *>(address)); }

} // namespace

void lend_to_destructors(uintptr_t address) noexcept {
  if (thread.stack_limit_from == 0 || !lend(address)) {
    return;
  }
  if (!read_carefully(touch, reinterpret_cast<void *>(thread.stack_low + page_size))) {
    lower_limit(); // something else lies there, so the stack won't grow
    forget_loan();
  }
}

void hold_signals(ucontext_t &context) noexcept {
  if (!has_lent_guard()) {
    return;
  }
  uint64_t own = 0;
  for (int signal : fault_signals) {
    own |= uint64_t(1) << (signal - 1);
  }
  thread.mask_before_loan = mask_of(context);
  const uint64_t mask = thread.mask_before_loan | ~own;
  std::memcpy(&context.uc_sigmask, &mask, sizeof(mask));
}

void take_back() noexcept {
  if (thread.lent == 0) {
    return;
  }
  const bool held_signals = has_lent_guard();
  const auto low = reinterpret_cast<void *>(thread.stack_low);
  if (thread.stack_limit_from == 0) {
    mprotect(low, thread.lent, PROT_NONE);
  } else {
    lower_limit();
    munmap(low, thread.lent); // the pages that the kernel has added, or the stack would keep them
  }
  forget_loan();
  if (held_signals) {
    unblock_held_signals();
  }
}

#if defined(__x86_64__)

namespace {

// A return address that was changed is one that a shadow stack refuses.
bool has_shadow_stack() noexcept {
  uint64_t pointer = 0;
  __asm__ volatile("rdsspq %0" : "+r"(pointer)); // does nothing where there is none
  return pointer != 0;
}

} // namespace

// In unwind_from_x86_64.S: where the critical function returns to. Faults.
extern "C" void backstop_v0_returned();

bool is_awaited(uintptr_t stack_pointer) noexcept {
  if (thread.awaited == nullptr) {
    return false;
  }
  const uintptr_t slot = thread.awaited->walk.critical_return; // other things may lie there by now
  const bool is_left = stack_pointer > slot ||
                       *reinterpret_cast<const uintptr_t *>(slot) != reinterpret_cast<uintptr_t>(&backstop_v0_returned);
  if (is_left) {
    thread.awaited = nullptr;
    end_recovery();
  }
  return !is_left;
}

bool has_returned(const ucontext_t &context) noexcept {
  return thread.awaited != nullptr &&
         instruction_pointer(context) == reinterpret_cast<uintptr_t>(&backstop_v0_returned);
}

void recover_returned(const ucontext_t &context) {
  Recovery &recovery = *thread.awaited;
  thread.awaited = nullptr;
  end_recovery(); // recover counts it again
  take_back();    // the caller's frame is on the stack's own part
  Registers caller = registers_of(context);
  caller.set_instruction_pointer(recovery.walk.returns_to);
  caller.exact = false;
  if (Recovery *first = unfinished_recovery()) {
    first->second_signal = recovery.snapshot.fault.signal;
    first->bottom = caller.stack_pointer();
    go_on_with_room(*first, caller);
  }
  recovery.walk.from = caller;
  recovery.walk.gone = recovery.walk.critical_frames;
  const bool is_torn = recovery.is_interruption && recovery.walk.uncertain > 0;
  recover(recovery, is_torn ? BACKSTOP_JUMP : recovery.point->site->recover);
}

namespace {

bool can_be_awaited(const Walk &walk) noexcept {
  return can_unwind && walk.reached && walk.critical_return != 0 && !has_shadow_stack();
}

void replace_return(Recovery &recovery) noexcept {
  Walk &walk = recovery.walk;
  auto *slot = reinterpret_cast<uintptr_t *>(walk.critical_return);
  walk.returns_to = *slot;
  *slot = reinterpret_cast<uintptr_t>(&backstop_v0_returned);
  thread.awaited = &recovery;
  begin_recovery(recovery); // the record is taken
  recovery.stage = Stage::awaited;
}

} // namespace

void resume_returned(ucontext_t &context) noexcept {
  context.uc_mcontext.gregs[REG_RIP] = static_cast<greg_t>(thread.awaited->walk.returns_to);
  thread.awaited = nullptr;
  end_recovery();
}

bool lend_until_return(Recovery &recovery, uintptr_t address) noexcept {
  recovery.is_resumed = false;
  if (!can_be_awaited(recovery.walk) || !lend(address)) {
    return false;
  }
  replace_return(recovery);
  return true;
}

bool await_return(Recovery &recovery) noexcept {
  if (!can_be_awaited(recovery.walk)) {
    return false;
  }
  replace_return(recovery);
  return true;
}

void stop_waiting() noexcept {
  if (thread.awaited != nullptr && thread.awaited->is_interruption) {
    const Walk &walk = thread.awaited->walk;
    auto *slot = reinterpret_cast<uintptr_t *>(walk.critical_return);
    *slot = *slot == reinterpret_cast<uintptr_t>(&backstop_v0_returned) ? walk.returns_to : *slot;
    thread.awaited = nullptr;
    end_recovery();
  }
}

#else

bool lend_until_return(Recovery &, uintptr_t) noexcept { return false; }

bool await_return(Recovery &) noexcept { return false; }

void stop_waiting() noexcept {}

void resume_returned(ucontext_t &) noexcept {}

bool is_awaited(uintptr_t) noexcept { return false; }

bool has_returned(const ucontext_t &) noexcept { return false; }

void recover_returned(const ucontext_t &) { std::abort(); }

#endif

} // namespace runtime
} // namespace backstop
