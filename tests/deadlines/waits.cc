// Waits for a condition, which are interrupted without their lock, and are to have it when they are left.
#include "cases.h"
#include <atomic>
#include <condition_variable>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable condition;
bool is_told;
std::atomic<int> waiting;

void wait_until_told(void *) {
  std::unique_lock<std::mutex> lock(mutex);
  ++waiting;
  condition.wait(lock, [] { return is_told; });
  --waiting;
}

backstop::error wait_within(uint64_t nanoseconds, backstop_way way) {
  static thread_local backstop_site site;
  site = site_within(nanoseconds);
  site.recover = way;
  return backstop::error(backstop_call(&site, wait_until_told, nullptr));
}

// Whoever holds the lock now has it while all of these wait.
std::unique_lock<std::mutex> lock_while_waiting(int count) {
  for (;;) {
    std::unique_lock<std::mutex> lock(mutex);
    if (waiting == count) {
      return lock;
    }
  }
}

// Others can go on as if those that were interrupted had never waited.
void check_that_waits_work() {
  waiting = 0;
  std::thread thread([] { CHECK(!wait_within(0, BACKSTOP_UNWIND)); });
  {
    const std::unique_lock<std::mutex> lock = lock_while_waiting(1);
    is_told = true;
  }
  condition.notify_one();
  thread.join();
  is_told = false;
}

// Somebody holds the lock for longer than they may take.
void check_while_held(backstop_way way) {
  std::thread thread([=] {
    const backstop::error error = wait_within(20 * millisecond, way);
    CHECK(is_interrupted(error) && is_torn(error));
    CHECK(mutex.native_handle()->__data.__lock != 0); // nobody has unlocked what was not his
  });
  {
    const std::unique_lock<std::mutex> lock = lock_while_waiting(1);
    thread.join();
  }
  check_that_waits_work();
  check_aftermath();
}

} // namespace

CASE(waits_left_by_a_jump) {
  const auto wait = [] {
    const backstop::error error = wait_within(20 * millisecond, BACKSTOP_JUMP);
    CHECK(is_interrupted(error));
  };
  std::thread first(wait), second(wait);
  first.join();
  second.join();
  CHECK(mutex.try_lock());
  mutex.unlock();
  check_that_waits_work();
  check_aftermath();
}

CASE(wait_whose_lock_is_held) {
  check_while_held(BACKSTOP_UNWIND);
  check_while_held(BACKSTOP_JUMP);
}
