// glibc's functions that lock a stream push a handler for the case that the thread is cancelled. siglongjmp runs those
// of the frames that it leaves; we leave them by other means. The list's head is not to be had but by pushing onto it.
#include "libc_cleanups.h"
#include "inner_guard.h"
#include "stack.h"

#ifdef __GLIBC__
extern "C" {
// Deprecated, but there for good.
void _pthread_cleanup_push(void *, void (*)(void *), void *) __attribute__((weak));
void _pthread_cleanup_pop(void *, int) __attribute__((weak));
}
#endif

namespace backstop {
namespace runtime {

#ifdef __GLIBC__

namespace {

// As glibc's struct _pthread_cleanup_buffer.
struct Handler {
  void (*routine)(void *);
  void *argument;
  int cancel_type;
  Handler *previous;
};

// It leaves the list first. That of sscanf is known to fault.
void run(void *handler) { _pthread_cleanup_pop(handler, 1); }

} // namespace

void run_libc_cleanups(uintptr_t guard) {
  if (_pthread_cleanup_push == nullptr || _pthread_cleanup_pop == nullptr) {
    return;
  }
  Handler probe;
  _pthread_cleanup_push(&probe, nullptr, nullptr);
  Handler *newest = probe.previous;
  _pthread_cleanup_pop(&probe, 0);
  while (reinterpret_cast<uintptr_t>(newest) < guard && is_within_stack(reinterpret_cast<uintptr_t>(newest))) {
    Handler *previous = newest->previous;
    read_carefully(run, newest);
    newest = previous;
  }
}

#else

void run_libc_cleanups(uintptr_t) {}

#endif

} // namespace runtime
} // namespace backstop
