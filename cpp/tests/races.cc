// What threads share, all at once: meant for ThreadSanitizer, and to hold without it.
#include "support.h"
#include <atomic>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <vector>

TEST_SUITE_BEGIN("races");

namespace {

constexpr int threads = 3, rounds = 60;

// Runs body(round) on some threads at the same time, and beside them `other` until they are done.
template <typename Body, typename Other> void at_once(Body body, Other other) {
  std::atomic<bool> is_over{false};
  std::thread beside([&] {
    while (!is_over) {
      other();
      std::this_thread::yield();
    }
  });
  std::vector<std::thread> group;
  for (int number = 0; number < threads; ++number) {
    group.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        body(round);
      }
    });
  }
  for (std::thread &thread : group) {
    thread.join();
  }
  is_over = true;
  beside.join();
}

void hear_domain(backstop_domain *, backstop_domain_state_t, void *) {}
void hear_fault(const backstop_error *, void *) {}
backstop_answer look(const backstop_fault *, void *, void *, void *) { return BACKSTOP_CONTINUE; }

backstop_counters counters_of(const backstop_domain &domain) {
  backstop_counters counters = {};
  counters.size = sizeof(counters);
  CHECK(backstop_domain_counters(&domain, &counters));
  return counters;
}

void ask(backstop_domain &domain) {
  backstop_budget budget = {};
  budget.size = sizeof(budget);
  char text[256];
  backstop_health health = {};
  health.size = sizeof(health);
  counters_of(domain);
  backstop_domain_budget(&domain, 1000000000, &budget);
  backstop_domain_first_fault(&domain, text, sizeof(text));
  backstop_domain_state(&domain);
  backstop_status(&health);
  for (backstop_domain *next = nullptr; (next = backstop_next_domain(next)) != nullptr;) {
    backstop_domain_is_tainted(next);
  }
}

} // namespace

TEST_CASE("a domain that opens, is asked, and is reset") {
  static backstop_domain domain = BACKSTOP_DOMAIN("raced");
  static const backstop_site torn = {"torn", __FILE__, __LINE__, BACKSTOP_JUMP, &domain, 0};
  const backstop_breaker breaker = {sizeof(breaker), 4, 1000000000, 1000, nullptr, nullptr};
  std::atomic<int> made{0};
  const auto call = [&](int round) {
    const Error error = guarded(torn, [&] {
      ++made;
      if (round % 8 == 0) {
        fault();
      }
    });
  };
  at_once(call, [&] {
    backstop_add_domain_listener(hear_domain, nullptr, 0);
    backstop_domain_set_breaker(&domain, &breaker);
    ask(domain);
    backstop_domain_reset(&domain);
    backstop_remove_domain_listener(hear_domain, nullptr);
  });
  const backstop_counters counters = counters_of(domain);
  CHECK(counters.calls == static_cast<uint64_t>(made.load()));
  CHECK(counters.calls + counters.refused == threads * rounds);
}

TEST_CASE("domains that are new to every thread") {
  static backstop_domain domains[] = {BACKSTOP_DOMAIN("a"), BACKSTOP_DOMAIN("b"), BACKSTOP_DOMAIN("c")};
  static const backstop_site sites[] = {BACKSTOP_SITE_IN(&domains[0], "a"), BACKSTOP_SITE_IN(&domains[1], "b"),
                                        BACKSTOP_SITE_IN(&domains[2], "c")};
  at_once([](int round) { CHECK(guarded(sites[round % 3], [] {}) == nullptr); }, [] { ask(domains[0]); });
  for (const backstop_domain &domain : domains) {
    CHECK(counters_of(domain).calls == threads * rounds / 3);
  }
}

TEST_CASE("handlers and listeners that come and go") {
  std::atomic<int> faults{0};
  at_once([&](int) { faults += is_fault(guarded(fault), BACKSTOP_FAULT_NULL_DEREFERENCE); },
          [] {
            backstop_add_handler(look, nullptr, 0);
            backstop_add_listener(hear_fault, nullptr, 0);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            backstop_remove_listener(hear_fault, nullptr);
            backstop_remove_handler(look, nullptr);
          });
  CHECK(faults == threads * rounds);
}

TEST_CASE("one error that all ask for its texts") {
  std::mutex mutex;
  Error shared;
  const auto renew = [&] {
    const std::lock_guard<std::mutex> lock(mutex);
    shared = guarded([] { throw 42; });
  };
  renew();
  at_once(
      [&](int) {
        const std::lock_guard<std::mutex> lock(mutex);
        std::vector<std::thread> readers;
        for (int number = 0; number < 2; ++number) {
          readers.emplace_back([&] {
            CHECK(text(backstop_error_message(shared.get())) == "work: int");
            CHECK(text(backstop_error_type_name(shared.get())) == "int");
          });
        }
        for (std::thread &reader : readers) {
          reader.join();
        }
      },
      renew);
}

TEST_CASE("threads that begin with a deadline, and end") {
  static const backstop_site hurried = {"sleep", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 2000000};
  static const backstop_site patient = {"nothing", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 60000000000};
  std::atomic<int> interrupted{0};
  const auto overrun = [&] {
    const Error error = guarded(hurried, [] { sleep(60); });
    interrupted += error != nullptr && backstop_error_kind(error.get()) == BACKSTOP_DEADLINE;
  };
  std::atomic<int> begun{0};
  at_once(
      [&](int round) {
        if (round % 10 == 0) {
          ++begun;
          std::thread(overrun).join();
        } else {
          CHECK(guarded(patient, [] {}) == nullptr);
        }
      },
      [] {
        backstop_attach_thread(0, 0);
        backstop_detach_thread();
      });
  CHECK(interrupted == begun);
}

TEST_SUITE_END();
