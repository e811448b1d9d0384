// Guards on many threads at once.
#include "support.h"
#include <atomic>
#include <thread>
#include <unistd.h>
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

TEST_CASE("a fault is that of its thread, though another faults while it is recovered") {
  alarm(20); // a thread that goes on from another's record may go on for ever
  std::atomic<int> step{0};
  Error first;
  std::thread thread([&] {
    first = guarded([&] {
      const auto wait_for_second = [](void *data) {
        auto &step = *static_cast<std::atomic<int> *>(data);
        step = 1;
        while (step != 2) {
          std::this_thread::yield();
        }
      };
      backstop_defer(wait_for_second, &step);
      write_to(nullptr);
    });
  });
  while (step != 1) {
    std::this_thread::yield();
  }
  const Error second = guarded([] { write_to(reinterpret_cast<int *>(16)); });
  step = 2;
  thread.join();
  alarm(0);
  REQUIRE(is_fault(first, BACKSTOP_FAULT_NULL_DEREFERENCE));
  REQUIRE(is_fault(second, BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(backstop_error_fault(first.get())->address == 0);
  CHECK(backstop_error_fault(second.get())->address == 16);
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
