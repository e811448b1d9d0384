// glibc's functions that lock a stream push a handler for the case that the thread is cancelled. siglongjmp runs those
// of the frames that it leaves; we leave them by other means. The list's head is not to be had but by pushing onto it.
#include "libc_cleanups.h"
#include "inner_guard.h"
#include "stack.h"
#include <cstddef>
#include <cstring>
#include <pthread.h>
#include <unistd.h>

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

// What the handler of a wait is given begins as glibc's struct _condvar_cleanup_buffer. Like the handler's own record,
// it lies in the frame of the wait.
struct Wait {
  uint64_t sequence;
  pthread_cond_t *condition;
  pthread_mutex_t *mutex;
};
constexpr uintptr_t frame_size = 512;

// The mutex of a wait, if the handler is of one, and whose it is.
struct Lock {
  const Handler *handler;
  pthread_mutex_t *mutex;
  int owner;
};

void look_at_lock(void *data) {
  auto &lock = *static_cast<Lock *>(data);
  Wait wait;
  std::memcpy(&wait, lock.handler->argument, sizeof(wait));
  constexpr size_t owner = offsetof(pthread_mutex_t, __data) + offsetof(decltype(wait.mutex->__data), __owner);
  std::memcpy(&lock.owner, reinterpret_cast<const char *>(wait.mutex) + owner, sizeof(lock.owner));
  lock.mutex = wait.mutex;
}

Lock lock_of(const Handler *handler) {
  Lock lock = {handler, nullptr, 0};
  const auto distance = reinterpret_cast<uintptr_t>(handler->argument) - reinterpret_cast<uintptr_t>(handler);
  if (distance + frame_size < 2 * frame_size) {
    read_carefully(look_at_lock, &lock);
  }
  return lock;
}

// Whatever a handler's argument may be in other versions: this is a mutex that has just become ours.
void give_back(const Lock &before, const Lock &now) {
  const auto self = static_cast<int>(syscall(SYS_gettid));
  if (now.mutex != nullptr && now.mutex == before.mutex && before.owner != self && now.owner == self) {
    pthread_mutex_unlock(now.mutex);
  }
}

// The handler's record and its argument stay where they are.
void run_one(Handler *handler, Then then) {
  if (then == Then::unwind) {
    read_carefully(run, handler);
  } else {
    const Lock before = lock_of(handler);
    read_carefully(run, handler);
    give_back(before, lock_of(handler));
  }
}

} // namespace

void run_libc_cleanups(uintptr_t guard, Then then) {
  if (_pthread_cleanup_push == nullptr || _pthread_cleanup_pop == nullptr) {
    return;
  }
  Handler probe;
  _pthread_cleanup_push(&probe, nullptr, nullptr);
  Handler *newest = probe.previous;
  _pthread_cleanup_pop(&probe, 0);
  while (reinterpret_cast<uintptr_t>(newest) < guard && is_within_stack(reinterpret_cast<uintptr_t>(newest))) {
    Handler *previous = newest->previous;
    run_one(newest, then);
    newest = previous;
  }
}

#else

void run_libc_cleanups(uintptr_t, Then) {}

#endif

} // namespace runtime
} // namespace backstop
