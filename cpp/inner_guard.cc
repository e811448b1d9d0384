#include "inner_guard.h"
#include "critical.h"
#include "registers.h"
#include "thread.h"
#include <atomic>
#include <csignal>
#include <dlfcn.h>
#include <link.h>

namespace backstop {
namespace runtime {
namespace {

uintptr_t search_begin, search_end; // the code of _Unwind_Find_FDE
std::atomic<bool> lost;

// Whether a return address into it lies near the end of the stack.
bool is_searching(uintptr_t stack_pointer) noexcept {
  constexpr size_t reach = 128;
  const auto *words = reinterpret_cast<const uintptr_t *>(stack_pointer & ~uintptr_t(7));
  for (size_t index = 0; index < reach; ++index) {
    if (words[index] >= search_begin && words[index] < search_end) {
      return true;
    }
  }
  return false;
}

// Volatile: a fault may come at any instruction, and the compiler sees none.
void set_escape(sigjmp_buf *escape) noexcept { *const_cast<sigjmp_buf *volatile *>(&thread.escape) = escape; }

} // namespace

// The arguments are not used after a jump.
bool read_carefully(void (*function)(void *), void *argument) noexcept {
  sigjmp_buf escape;
  if (sigsetjmp(escape, 0) != 0) {
    set_escape(nullptr);
    return false;
  }
  set_escape(&escape);
  function(argument);
  set_escape(nullptr);
  return true;
}

void leave_reading(const ucontext_t &context) noexcept {
  if (thread.escape == nullptr) {
    return;
  }
  const Holds code = holds(0, instruction_pointer(context)); // libc's, if the unwinder aborted
  if (code != Holds::not_libc && is_searching(stack_pointer(context))) {
    lost = true;
  }
  // A handler installed later, by way of which this fault came too, may have had the signal blocked.
  pthread_sigmask(SIG_SETMASK, &context.uc_sigmask, nullptr);
  siglongjmp(*thread.escape, 1);
}

bool is_unwinder_lost() noexcept { return lost; }

void prepare_inner_guard() noexcept {
#ifdef __GLIBC__
  void *code = dlsym(RTLD_DEFAULT, "_Unwind_Find_FDE");
  Dl_info where;
  const ElfW(Sym) *symbol = nullptr;
  if (code != nullptr &&
      dladdr1(code, &where, reinterpret_cast<void **>(const_cast<ElfW(Sym) **>(&symbol)), RTLD_DL_SYMENT) != 0 &&
      symbol != nullptr) {
    search_begin = reinterpret_cast<uintptr_t>(code);
    search_end = search_begin + symbol->st_size;
  }
#endif
}

} // namespace runtime
} // namespace backstop
