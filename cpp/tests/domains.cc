// A domain that a torn recovery taints, and what it then refuses.
#include "support.h"
#include <atomic>
#include <chrono>
#include <cstring>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

TEST_SUITE_BEGIN("domains");

namespace {

// By a jump over what has something to destroy.
Error torn_fault(backstop_domain &domain) {
  static backstop_site at = {"parse", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};
  at.domain = &domain;
  return guarded(at, [] {
    const std::string held("something to destroy, too long to lie in the object itself");
    fault();
  });
}

bool is_called(backstop_domain &domain) {
  static backstop_site at = BACKSTOP_SITE("print");
  at.domain = &domain;
  bool called = false;
  const Error error = guarded(at, [&] { called = true; });
  CHECK((error == nullptr) == called);
  return called;
}

} // namespace

TEST_CASE("calls are refused until the reset") {
  static backstop_domain domain = BACKSTOP_DOMAIN("parser");
  CHECK(is_called(domain));
  const Error first = torn_fault(domain);
  CHECK(is_fault(first, BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(backstop_domain_is_tainted(&domain));
  CHECK(!is_called(domain));

  const Error refused = torn_fault(domain);
  REQUIRE(refused != nullptr);
  CHECK(backstop_error_kind(refused.get()) == BACKSTOP_REFUSAL);
  CHECK(text(backstop_error_refusal(refused.get())) == backstop_error_message(first.get()));
  CHECK(backstop_error_fault(refused.get()) == nullptr);

  backstop_domain_reset(&domain);
  CHECK(!backstop_domain_is_tainted(&domain));
  CHECK(is_called(domain));
}

TEST_CASE("the first fault is told, and cut to the room there is") {
  static backstop_domain domain = BACKSTOP_DOMAIN("parser");
  char buffer[8] = "old";
  CHECK(backstop_domain_first_fault(&domain, buffer, sizeof(buffer)) == 0);
  CHECK(text(buffer).empty());
  const Error first = torn_fault(domain);
  const char *message = backstop_error_message(first.get());
  CHECK(backstop_domain_first_fault(&domain, nullptr, 0) == std::strlen(message));
  CHECK(backstop_domain_first_fault(&domain, buffer, sizeof(buffer)) == std::strlen(message));
  CHECK(text(buffer) == std::string(message, 7));
  backstop_domain_reset(&domain);
}

TEST_CASE("a domain may allow calls all the same") {
  static backstop_domain domain = BACKSTOP_DOMAIN("parser");
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  CHECK(is_fault(torn_fault(domain), BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(!backstop_domain_is_tainted(&domain));
  CHECK(is_called(domain));
}

TEST_CASE("exceptions taint nothing") {
  static backstop_domain domain = BACKSTOP_DOMAIN("parser");
  static backstop_site at = BACKSTOP_SITE_IN(nullptr, "throw");
  at.domain = &domain;
  CHECK(guarded(at, [] { throw 1; }) != nullptr);
  CHECK(!backstop_domain_is_tainted(&domain));
}

namespace {

// One that taints nothing.
Error pardoned_fault(backstop_domain &domain) {
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  Error error = torn_fault(domain);
  domain.on_torn = BACKSTOP_REFUSE_CALLS;
  return error;
}

backstop_counters counters_of(const backstop_domain &domain) {
  backstop_counters counters = {};
  counters.size = sizeof(counters);
  CHECK(backstop_domain_counters(&domain, &counters));
  return counters;
}

uint64_t time_now;
uint64_t tell_time(void *data) { return *static_cast<uint64_t *>(data); }

} // namespace

TEST_CASE("calls are counted by how they end") {
  static backstop_domain domain = BACKSTOP_DOMAIN("counted");
  CHECK(counters_of(domain).calls == 0);
  CHECK(is_called(domain));
  CHECK(is_fault(pardoned_fault(domain), BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(is_fault(torn_fault(domain), BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(!is_called(domain));
  const backstop_counters counters = counters_of(domain);
  CHECK(counters.calls == 3);
  CHECK(counters.faults == 2);
  CHECK(counters.faults_by_kind[BACKSTOP_FAULT_NULL_DEREFERENCE] == 2);
  CHECK(counters.torn == 2);
  CHECK(counters.refused == 1);
  backstop_counters of_another_size = {};
  CHECK(!backstop_domain_counters(&domain, &of_another_size));
}

TEST_CASE("domains are known from their first call on") {
  static backstop_domain domain = BACKSTOP_DOMAIN("known");
  const auto is_known = [] {
    const backstop_domain *other = nullptr;
    while ((other = backstop_next_domain(other)) != nullptr && other != &domain) {
    }
    return other == &domain;
  };
  CHECK(!is_known());
  CHECK(is_called(domain));
  CHECK(is_known());
}

TEST_CASE("faults within the window open a domain, and a probe closes it") {
  static backstop_domain domain = BACKSTOP_DOMAIN("broken");
  const backstop_breaker breaker = {sizeof(breaker), 2, 10, 5, tell_time, &time_now};
  CHECK(backstop_domain_set_breaker(&domain, &breaker));
  pardoned_fault(domain);
  time_now += 11;
  pardoned_fault(domain);
  CHECK(backstop_domain_state(&domain) == BACKSTOP_HEALTHY);
  time_now += 10;
  const Error last = pardoned_fault(domain);
  CHECK(backstop_domain_state(&domain) == BACKSTOP_OPEN);
  CHECK(!backstop_domain_is_tainted(&domain));

  time_now += 2;
  const Error refused = pardoned_fault(domain);
  uint64_t remaining = 0;
  CHECK(backstop_error_refused_by(refused.get(), &remaining) == BACKSTOP_OPEN);
  CHECK(remaining == 3);
  CHECK(text(backstop_error_refusal(refused.get())) == backstop_error_message(last.get()));
  time_now += 3;
  CHECK(is_called(domain));
  CHECK(backstop_domain_state(&domain) == BACKSTOP_HEALTHY);
}

TEST_CASE("breakers that make no sense are not set") {
  static backstop_domain domain = BACKSTOP_DOMAIN("senseless");
  for (const backstop_breaker &breaker : {backstop_breaker{1, 1, 1, 1, nullptr, nullptr},
                                          backstop_breaker{sizeof(backstop_breaker), 65, 1, 1, nullptr, nullptr},
                                          backstop_breaker{sizeof(backstop_breaker), 1, 0, 1, nullptr, nullptr}}) {
    CHECK(!backstop_domain_set_breaker(&domain, &breaker));
  }
  CHECK(backstop_domain_set_breaker(&domain, nullptr));
}

TEST_CASE("a reset that fails leaves the domain as it is") {
  static backstop_domain domain = BACKSTOP_DOMAIN("restarted");
  static bool fails = true;
  torn_fault(domain);
  const auto restart = [](void *name) {
    CHECK(text(static_cast<const char *>(name)) == "data");
    if (fails) {
      fault();
    }
    CHECK(is_called(domain)); // here, and nowhere else
  };
  backstop_domain_on_reset(&domain, restart, const_cast<char *>("data"));
  const Error error(backstop_domain_reset(&domain));
  CHECK(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(text(backstop_error_message(error.get())).find("reset of `restarted`: null dereference") == 0);
  CHECK(!is_called(domain));
  fails = false;
  CHECK(backstop_domain_reset(&domain) == nullptr);
  CHECK(is_called(domain));
}

TEST_CASE("listeners are told of each change") {
  static backstop_domain domain = BACKSTOP_DOMAIN("heard");
  static std::string states;
  const auto hear = [](backstop_domain *which, backstop_domain_state_t state, void *) {
    CHECK(which == &domain);
    states += std::to_string(state);
  };
  CHECK(backstop_add_domain_listener(hear, nullptr, 0));
  const backstop_breaker breaker = {sizeof(breaker), 1, 10, 0, tell_time, &time_now};
  CHECK(backstop_domain_set_breaker(&domain, &breaker));
  pardoned_fault(domain); // opens it
  pardoned_fault(domain); // as a probe that opens it anew
  CHECK(is_called(domain));
  torn_fault(domain);
  CHECK(backstop_domain_reset(&domain) == nullptr); // takes the taint away, ...
  CHECK(backstop_domain_reset(&domain) == nullptr); // ... and closes what opened by the same fault
  CHECK(states == "23230120");                      // open, probing, open, probing, healthy, tainted, open, healthy
  CHECK(backstop_remove_domain_listener(hear, nullptr));
}

TEST_CASE("a call that overruns its deadline counts as a fault does") {
  static backstop_domain domain = BACKSTOP_DOMAIN("slow");
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  const backstop_breaker breaker = {sizeof(breaker), 1, 1000000000, 1000000000, nullptr, nullptr};
  CHECK(backstop_domain_set_breaker(&domain, &breaker));
  static const backstop_site at = {"spin", __FILE__, __LINE__, BACKSTOP_JUMP, &domain, 5000000};
  const Error error = guarded(at, [] {
    for (volatile bool goes_on = true; goes_on;) {
    }
  });
  REQUIRE(error != nullptr);
  CHECK(backstop_error_kind(error.get()) == BACKSTOP_DEADLINE);
  const backstop_counters counters = counters_of(domain);
  CHECK(counters.deadlines == 1);
  CHECK(counters.faults == 0);
  CHECK(backstop_domain_state(&domain) == BACKSTOP_OPEN);
  char first[1024];
  backstop_domain_first_fault(&domain, first, sizeof(first));
  CHECK(text(first) == backstop_error_message(error.get()));
}

TEST_CASE("so does one that could not be interrupted, once it has returned") {
  static backstop_domain domain = BACKSTOP_DOMAIN("late");
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  static const backstop_site at = {"wait", __FILE__, __LINE__, BACKSTOP_UNWIND, &domain, 5000000};
  const Error error = guarded(at, [] {
    const uint32_t previous = backstop_barrier_enter("on_event");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    backstop_barrier_leave(previous);
  });
  REQUIRE(error != nullptr);
  CHECK(backstop_error_kind(error.get()) == BACKSTOP_DEADLINE);
  CHECK(counters_of(domain).deadlines == 1);
}

TEST_CASE("a child process goes on counting") {
  static backstop_domain domain = BACKSTOP_DOMAIN("forked");
  std::atomic<bool> is_counting{true};
  std::thread other([&] { // has the lock at some of the forks
    backstop_counters counters = {};
    counters.size = sizeof(counters);
    while (is_counting) {
      backstop_domain_counters(&domain, &counters);
    }
  });
  for (uint64_t calls = 1; calls <= 50; ++calls) {
    CHECK(is_called(domain));
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      guarded([] {});
      const bool is_exact = is_called(domain) && counters_of(domain).calls == calls + 1;
      _exit(is_exact ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  is_counting = false;
  other.join();
}

TEST_SUITE_END();
