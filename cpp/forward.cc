#include "forward.h"
#include "handler.h"
#include "verdict.h"
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <sys/syscall.h>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

struct Slot {
  struct sigaction previous; // written before our handler is installed, and never again
  struct sigaction ours;
  std::atomic<bool> taken; // ours is installed: both are there to be read
  std::atomic<bool> reset; // the previous handler has since withdrawn itself (SIG_DFL)
};

constexpr size_t count = sizeof(fault_signals) / sizeof(fault_signals[0]);
Slot slots[count];
size_t index_of(int signal) noexcept {
  size_t index = 0;
  while (fault_signals[index] != signal) {
    ++index;
  }
  return index;
}

void set_default(int signal) noexcept {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, nullptr);
}

// The default action. A fault strikes again as its instruction is retried, and the kernel kills the process
// with the original signal, code, address and core. What doesn't strike again is sent again: a trap, which is
// past its instruction, and whatever somebody sent.
void die(int signal, siginfo_t *info) noexcept {
  const bool strikes_again = is_own_fault(signal, info->si_code) && signal != SIGTRAP && signal != SIGSYS;
  set_default(signal);
  if (!strikes_again) {
    syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), signal, info);
  }
}

void call(const struct sigaction &action, int signal, siginfo_t *info, void *context) noexcept {
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    action.sa_sigaction(signal, info, context);
  } else {
    action.sa_handler(signal);
  }
}

// Calls the previous handler under the mask that it asked for, as the kernel would. (If it did not ask for
// the alternate stack it gets it all the same: what it wanted, the stack of the fault, may be used up.)
void call_previous(const struct sigaction &action, int signal, siginfo_t *info, void *context) noexcept {
  sigset_t mask = action.sa_mask;
  if ((action.sa_flags & SA_NODEFER) == 0) {
    sigaddset(&mask, signal);
  }
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &mask, &before);
  call(action, signal, info, context);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// A handler that doesn't want a fault may withdraw and return, so that the default action meets it when the
// instruction is retried; Rust's std does. That also removes us. Take the place again and do as if it were
// the default from now on. If somebody put another handler there it stays: they have taken over.
void stay(int signal, Slot &slot) noexcept {
  struct sigaction present;
  if (sigaction(signal, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
    slot.reset.store(true);
    sigaction(signal, &slot.ours, nullptr);
  }
}

} // namespace

void forward_to(const struct sigaction &previous, int signal, siginfo_t *info, void *context) noexcept {
  if (previous.sa_handler == SIG_DFL) {
    die(signal, info);
  } else if (previous.sa_handler != SIG_IGN) {
    call_previous(previous, signal, info, context);
  }
}

bool is_fatal(int signal, const siginfo_t &info) noexcept {
  const Slot &slot = slots[index_of(signal)];
  const bool ignored = slot.previous.sa_handler == SIG_IGN && info.si_code <= 0; // a thread can't ignore its own fault
  return slot.reset.load() || slot.previous.sa_handler == SIG_DFL || (slot.previous.sa_handler == SIG_IGN && !ignored);
}

void forward(int signal, siginfo_t *info, void *context) noexcept {
  Slot &slot = slots[index_of(signal)];
  if (is_fatal(signal, *info)) {
    die(signal, info);
  } else if (slot.previous.sa_handler != SIG_IGN) {
    if ((slot.previous.sa_flags & static_cast<int>(SA_RESETHAND)) != 0) {
      slot.reset.store(true);
    }
    call_previous(slot.previous, signal, info, context);
    stay(signal, slot);
  }
}

namespace {

struct sigaction action_for(const struct sigaction &previous, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction ours = {};
  ours.sa_sigaction = handler;
  sigemptyset(&ours.sa_mask); // so that a jump out of the handler has no mask to put back
  // SA_ONSTACK: the thread's stack may be used up. SA_NODEFER: as sa_mask, and so that the next fault of the same kind
  // arrives. SA_SIGINFO: code, address, registers.
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  // SA_RESTART: where a sent signal would have interrupted no system call so far, it shall not now.
  if (previous.sa_handler == SIG_IGN || (previous.sa_flags & SA_RESTART) != 0) {
    ours.sa_flags |= SA_RESTART;
  }
  return ours;
}

// Reads what is there before it is replaced: another thread may fault the moment ours is there.
bool take_over(int signal, Slot &slot, void (*handler)(int, siginfo_t *, void *)) {
  if (sigaction(signal, nullptr, &slot.previous) != 0) {
    return false;
  }
  slot.ours = action_for(slot.previous, handler);
  slot.taken = sigaction(signal, &slot.ours, nullptr) == 0;
  return slot.taken;
}

} // namespace

void list_handlers(backstop_signal_status *signals) noexcept {
  const auto address_of = [](const struct sigaction &action) { // of SIG_DFL and SIG_IGN too: 0 and 1
    return reinterpret_cast<uintptr_t>(action.sa_sigaction);
  };
  for (size_t index = 0; index < count; ++index) {
    const Slot &slot = slots[index];
    struct sigaction present = {};
    sigaction(fault_signals[index], nullptr, &present);
    const bool is_taken = slot.taken; // another thread may be installing
    const uintptr_t handler = address_of(present);
    signals[index].signal = fault_signals[index];
    signals[index].is_handled = is_taken;
    signals[index].is_on_top = is_taken && handler == address_of(slot.ours);
    signals[index].handler = handler;
    signals[index].previous = is_taken && !slot.reset.load() ? address_of(slot.previous) : 0;
  }
}

bool take_over(uint64_t signals, void (*handler)(int, siginfo_t *, void *)) noexcept {
  const auto is_wanted = [=](size_t index) { return (signals >> fault_signals[index] & 1) != 0; };
  for (size_t index = 0; index < count; ++index) {
    if (is_wanted(index) && !take_over(fault_signals[index], slots[index], handler)) {
      while (index-- > 0) {
        if (is_wanted(index)) {
          sigaction(fault_signals[index], &slots[index].previous, nullptr);
          slots[index].taken = false;
        }
      }
      return false;
    }
  }
  return true;
}

} // namespace runtime
} // namespace backstop
