// What one writes by hand: a handler that jumps to the newest recovery point of its thread.
#include <csetjmp>
#include <csignal>
#include <execinfo.h>

namespace {

thread_local sigjmp_buf *newest = nullptr;
bool trace = false;

// Also when an exception passes, which nothing here catches.
struct Restore {
  sigjmp_buf *const outer = newest;
  ~Restore() { newest = outer; }
};

bool call(void (*victim)(void *), int save_mask) {
  const Restore restore;
  sigjmp_buf point;
  if (sigsetjmp(point, save_mask) != 0) {
    return false;
  }
  newest = &point;
  victim(nullptr);
  return true;
}

} // namespace

extern "C" {

void sigsetjmp_trace() { trace = true; }

void sigsetjmp_handler(int signal) {
  if (newest == nullptr) {
    std::signal(signal, SIG_DFL); // and the instruction faults again
    return;
  }
  if (trace) {
    void *frames[64];
    backtrace(frames, 64);
  }
  siglongjmp(*newest, 1);
}

bool sigsetjmp_without_mask(void (*victim)(void *)) { return call(victim, 0); }
bool sigsetjmp_with_mask(void (*victim)(void *)) { return call(victim, 1); }

} // extern "C"
