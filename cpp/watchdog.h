// The thread that watches deadlines. To set one costs no system call: each thread writes its own where the watchdog
// looks from time to time. It looks twice within the shortest time that was asked for, so it knows of every deadline
// before that passes, and then sleeps exactly until then. When there has been none for a second, it sleeps until it is
// woken.
#pragma once

#include <atomic>
#include <cstdint>

namespace backstop {
namespace runtime {

// What a thread shows to the watchdog, in its book. Written by the thread, but for what is the watchdog's. Times are in
// nanoseconds of watch_clock.
struct Watched {
  std::atomic<uint64_t> until;   // the deadline of the call that is running; 0: it has none
  std::atomic<uint64_t> started; // when that call was
  std::atomic<uint32_t> sent;    // a signal is on its way: set by the watchdog, taken back by the handler
  std::atomic<bool> is_brief;    // what stood against it the last time is over in a moment

  // The watchdog's.
  bool is_listed;
  int32_t thread;
  uint64_t tried_until; // the deadline that it has tried last to enforce, ...
  uint64_t tried;       // ... when that was, ...
  uint64_t pause;       // ... and how long it waits for the next time, unless what is in the way is brief
  uint64_t sent_at;
  Watched *next;
};

// CLOCK_MONOTONIC, less what the process was stopped for. Async-signal-safe.
uint64_t watch_clock() noexcept;

// How much longer than allowed a call may run until a moment comes at which all destructors can run. After that it is
// interrupted where it is.
uint64_t grace(uint64_t allowed) noexcept;

// Lists this thread, at its first deadline, and takes it off. In ordinary context.
void list_watched(Watched &watched) noexcept;
void unlist_watched(Watched &watched) noexcept;

// Times from this one on are seen in time by the watchdog as it sleeps now.
extern std::atomic<uint64_t> attentive_to;
void attend(uint64_t duration) noexcept;

// The same, of a deadline that is so far away and has just been written: without a call, as a rule. The watchdog makes
// the fence for both sides, where the kernel can do that.
extern std::atomic<bool> needs_fence;
inline void fence_with_watchdog() noexcept {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (__builtin_expect(needs_fence.load(std::memory_order_relaxed), 0)) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}
inline void be_seen(uint64_t duration) noexcept {
  fence_with_watchdog();
  if (__builtin_expect(duration < attentive_to.load(std::memory_order_relaxed), 0)) {
    attend(duration);
  }
}

// The signal by which calls are interrupted, 0 before the first deadline; and whether the watchdog runs.
int deadline_signal() noexcept;
bool is_watching() noexcept;

// Whether a debugger had this process when something was last interrupted. Async-signal-safe.
bool is_traced() noexcept;

// Chooses the signal; 0: any that is free. At install.
void choose_deadline_signal(int signal) noexcept;

// Sends the deadline signal to a thread of this process. False if the kernel refuses.
bool send_deadline(int32_t thread) noexcept;

} // namespace runtime
} // namespace backstop
