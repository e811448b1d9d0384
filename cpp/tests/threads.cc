// Guards on many threads at once.
#include "support.h"
#include <atomic>
#include <thread>
#include <vector>

TEST_SUITE_BEGIN("threads");

TEST_CASE("threads fault and throw at the same time") {
  std::atomic<int> faults{0}, exceptions{0}, returns{0};
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        faults += is_fault(guarded(fault), BACKSTOP_FAULT_NULL_DEREFERENCE);
        const Error thrown = guarded([=] { throw round; });
        exceptions += thrown != nullptr && backstop_error_kind(thrown.get()) == BACKSTOP_EXCEPTION;
        returns += guarded([] {}) == nullptr;
      }
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  CHECK(faults == 800);
  CHECK(exceptions == 800);
  CHECK(returns == 800);
}

TEST_CASE("an error outlives its thread, and is freed on another") {
  Error error;
  std::thread([&] { error = guarded(fault); }).join();
  CHECK(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
}

TEST_CASE("many short threads, each with a fault") {
  int faults = 0;
  for (int number = 0; number < 100; ++number) {
    std::thread([&] { faults += is_fault(guarded(fault), BACKSTOP_FAULT_NULL_DEREFERENCE); }).join();
  }
  CHECK(faults == 100);
}

TEST_SUITE_END();
