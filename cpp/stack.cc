#include "stack.h"
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace backstop {
namespace runtime {

uintptr_t page_size;

void prepare_stacks() noexcept { page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE)); }

namespace {

// libc takes the main thread's stack to end where the limit says, counted from somewhat above its upper bound.
uintptr_t limit_from() {
  rlimit limit;
  const bool limited = getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return limited ? thread.stack_low + limit.rlim_cur : 0;
}

// For the main thread, libc reads /proc/self/maps.
bool find_stack() noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
    return false; // there may be no descriptor left
  }
  void *low = nullptr;
  size_t size = 0;
  size_t guard = 0;
  const bool found =
      pthread_attr_getstack(&attributes, &low, &size) == 0 && pthread_attr_getguardsize(&attributes, &guard) == 0;
  pthread_attr_destroy(&attributes);
  if (found) {
    thread.stack_low = reinterpret_cast<uintptr_t>(low);
    thread.stack_high = thread.stack_low + size;
    thread.stack_guard = guard;
    thread.stack_limit_from = syscall(SYS_gettid) == getpid() ? limit_from() : 0;
  }
  return found;
}

} // namespace

bool set_stack(const Bounds &bounds) noexcept {
  if (bounds.low == 0 && bounds.high == 0) {
    return find_stack();
  }
  thread.stack_low = bounds.low;
  thread.stack_high = bounds.high;
  thread.stack_guard = 0; // what lies below is the host's
  thread.stack_limit_from = 0;
  return true;
}

void refresh_stack() noexcept {
  rlimit limit;
  if (thread.stack_limit_from != 0 && getrlimit(RLIMIT_STACK, &limit) == 0 &&
      limit.rlim_cur < thread.stack_limit_from) {
    thread.stack_low = thread.stack_limit_from - limit.rlim_cur;
  }
}

bool is_past_stack(uintptr_t stack_pointer, uintptr_t address) noexcept {
  return stack_pointer < thread.stack_high && address < thread.stack_low + page_size &&
         address + page_size >= stack_pointer;
}

} // namespace runtime
} // namespace backstop
