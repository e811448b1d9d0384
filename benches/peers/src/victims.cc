#include "victims.h"
#include <cfenv>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <unistd.h>

namespace {

// Gives `value` back and hides what it is: an optimiser that knew would see the code misbehave.
template <typename T> T opaque(T value) {
  asm volatile("" : "+r"(value) : : "memory");
  return value;
}

bool destructor_ran = false;
std::mutex mutex;

struct Destroyed {
  ~Destroyed() { destructor_ran = true; }
};

[[gnu::noinline]] int recurse(int depth) {
  volatile char frame[256] = {};
  frame[depth % 256] = 1;
  return depth < 0 ? 0 : recurse(opaque(depth + 1)) + frame[0];
}

[[gnu::noinline]] void throws() { throw std::runtime_error("through noexcept"); }
[[gnu::noinline]] void lets_nothing_pass() noexcept { throws(); }

} // namespace

extern "C" {

void victim_nothing(void *) { asm volatile(""); }

// Each step waits for the one before, and each call too, or else the processor would run several at once.
void victim_work(void *) {
  static std::uint64_t state = 1;
  for (int step = 0; step < 88; step++) {
    state = opaque(state * 6364136223846793005u + 1442695040888963407u);
  }
}

void victim_null_write(void *) { *opaque<int *>(nullptr) = 1; }

void victim_throw(void *) { throw std::runtime_error("thrown"); }

void victim_throw_int(void *) { throw 42; }

void victim_throw_through_noexcept(void *) { lets_nothing_pass(); }

void victim_abort(void *) { std::abort(); }

void victim_overflow_stack(void *) { opaque(recurse(0)); }

void victim_double_free(void *) {
  // With a second thread in the process the allocator takes its locks.
  std::thread([] {
    for (;;)
      pause();
  }).detach();
  void *block = opaque(std::malloc(5000)); // too large for the thread's own cache
  void *again = opaque(block);
  std::free(block);
  std::free(again);
}

void victim_fault_beside_destructor(void *context) {
  const Destroyed destroyed;
  victim_null_write(context);
}

void victim_fault_under_mutex(void *context) {
  const std::lock_guard<std::mutex> lock(mutex);
  victim_null_write(context);
}

bool victim_destructor_ran() { return destructor_ran; }

bool victim_mutex_is_free() {
  bool is_free = false;
  std::thread([&] {
    is_free = mutex.try_lock();
    if (is_free) {
      mutex.unlock();
    }
  }).join();
  return is_free;
}

void round_upward() { std::fesetround(FE_UPWARD); }

bool rounds_upward() { return std::fegetround() == FE_UPWARD; }

void on_thread_of_cpp(void (*function)(void *), void *context) { std::thread(function, context).join(); }

const char *compiler_version() {
#ifdef __clang__
  return __VERSION__;
#else
  return "gcc " __VERSION__;
#endif
}

} // extern "C"
