// Faults beside other things that go on: forks, threads that end, other threads' faults, the loader at work.
#include "common.h"
#include <atomic>
#include <chrono>
#include <dlfcn.h>
#include <link.h>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<pid_t> forked;

struct Forks {
  std::string text = std::string(100, 'x');
  ~Forks() { forked = fork_child(); }
};

void crash() { null_write(); }

} // namespace

// Both processes go on unwinding.
CASE(fork_while_recovering) {
  make_two_threads();
  for (int round = 0; round < 20; ++round) {
    forked = -1;
    const Outcome outcome = protect([] {
      const Forks local;
      call(crash);
    });
    CHECK_OUTCOME(outcome, outcome_.is_fault(BACKSTOP_FAULT_NULL_DEREFERENCE));
    if (chosen_way() == BACKSTOP_JUMP) {
      CHECK(forked == -1);
      continue;
    }
    CHECK_RECOVERS();
    std::free(opaque(std::malloc(1000)));
    if (forked == 0) {
      std::_Exit(0);
    }
    CHECK(forked > 0 && status_of(forked) == 0);
  }
}

// Threads come and go, some of them right after a fault, while others fault.
// trap 5
CASE(threads_end_while_others_fault) {
  std::atomic<bool> stop(false);
  std::atomic<long> faults(0);
  std::vector<std::thread> lasting;
  for (int number = 0; number < 2; ++number) {
    lasting.emplace_back([&] {
      while (!stop) {
        CHECK_OUTCOME(protect(crash), outcome_.is_fault(BACKSTOP_FAULT_NULL_DEREFERENCE));
        ++faults;
      }
    });
  }
  for (long round = 0; round < amount(1000, 20'000); ++round) {
    std::thread one([] { CHECK(protect(crash).failed); }), other([] { protect([] {}); });
    one.join();
    other.join();
  }
  stop = true;
  for (std::thread &thread : lasting) {
    thread.join();
  }
  std::printf("%ld faults meanwhile\n", faults.load());
}

// Each of eight threads gets its own faults, and all of them.
CASE(eight_threads_fault_at_once) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + std::chrono::seconds(3);
  std::atomic<long> faults(0);
  std::vector<std::thread> threads;
  for (uintptr_t number = 1; number <= 8; ++number) {
    threads.emplace_back([=, &faults] {
      for (uintptr_t round = 0; Clock::now() < end; ++round) {
        const uintptr_t address = 0x5a5a00000000 + number * 0x10000000 + round % 1000 * 0x1000;
        const Outcome outcome = protect([=] {
          const std::string text(static_cast<size_t>(opaque(50)), 'x');
          *opaque(reinterpret_cast<volatile int *>(address)) = text[0];
        });
        CHECK_OUTCOME(outcome, outcome_.is_fault(BACKSTOP_FAULT_WILD_WRITE));
        CHECK(outcome.fault.address == address && outcome.fault.thread == gettid());
        ++faults;
      }
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
  std::printf("%ld faults in 3 seconds\n", faults.load());
}

// A library crashes as it is loaded: the loader's lock is held.
CASE(crash_while_loading) {
  const char *path = std::getenv("BACKSTOP_CRASHER");
  CHECK(path != nullptr);
  make_two_threads();
  protect([] {});
  marker();
  protect([=] { dlopen(path, RTLD_NOW); });
}

CASE(crash_in_a_walk_through_modules) {
  make_two_threads();
  protect([] {});
  marker();
  protect([] {
    dl_iterate_phdr(
        [](dl_phdr_info *, size_t, void *) {
          crash();
          return 0;
        },
        nullptr);
  });
}
