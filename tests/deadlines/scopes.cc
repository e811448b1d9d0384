// Which deadline counts, what must not be interrupted, and what is said of calls that could not be.
#include "cases.h"
#include <csignal>
#include <sys/mman.h>
#include <unistd.h>

namespace {

void sleep_for(uint64_t nanoseconds) {
  for (const uint64_t end = clock_now() + nanoseconds; clock_now() < end;) {
    usleep(1000);
  }
}

constexpr uint64_t long_time = 600 * 1000 * millisecond; // longer than the test may take

} // namespace

// B16
CASE(returns_in_time) {
  for (int round = 0; round < 1000; ++round) {
    CHECK(!call_within(long_time, [] { sink = 1; }));
  }
  check_aftermath();
}

CASE(faults_and_exceptions_are_themselves) {
  const backstop::error fault = call_within(long_time, null_write);
  CHECK(backstop_error_kind(fault.get()) == BACKSTOP_FAULT && backstop_error_deadline(fault.get()) == nullptr);
  const backstop::error thrown = call_within(long_time, [] { throw 42; });
  CHECK(backstop_error_kind(thrown.get()) == BACKSTOP_EXCEPTION);
  CHECK(is_interrupted(call_within(millisecond, [] { sleep_for(long_time); })));
}

// The record of the one before is used again.
CASE(terminates_after_an_interruption) {
  CHECK(is_interrupted(call_within(millisecond, [] { sleep_for(long_time); })));
  const backstop::error terminated = call_within(0, [] { std::terminate(); });
  CHECK(backstop_error_kind(terminated.get()) == BACKSTOP_FAULT);
  CHECK(backstop_error_fault(terminated.get())->kind == BACKSTOP_FAULT_TERMINATE);
}

// B17
CASE(what_the_error_says) {
  const backstop::error error = call_within(5 * millisecond, [] { sleep_for(long_time); });
  const backstop_deadline *deadline = deadline_of(error);
  CHECK(deadline->size == sizeof(*deadline) && deadline->allowed == 5 * millisecond);
  CHECK(deadline->ran >= deadline->allowed && deadline->instruction_pointer != 0 && deadline->tries > 0);
  CHECK(backstop_error_fault(error.get()) == nullptr && backstop_error_refusal(error.get()) == nullptr);
  size_t registers = 0;
  CHECK(backstop_error_registers(error.get(), &registers) != nullptr && registers > 0);
  CHECK(backstop_error_recovery(error.get())->frame_count > 1);
  CHECK(std::strstr(backstop_error_message(error.get()), "case: interrupted after ") != nullptr);
  CHECK(std::strstr(backstop_error_message(error.get()), "(deadline 5 ms), instruction 0x") != nullptr);
  static char report[64 * 1024];
  CHECK(backstop_error_report(error.get(), report, sizeof(report)) < sizeof(report));
  for (const char *part : {"\n  recovery: ", "\n  registers:\n", "\n  backtrace:\n    0: 0x"}) {
    CHECK(std::strstr(report, part) != nullptr);
  }
}

// B19
CASE(next_call_has_none) {
  CHECK(is_interrupted(call_within(5 * millisecond, [] { sleep_for(long_time); })));
  CHECK(!call_within(0, [] { sleep_for(50 * millisecond); }));
  CHECK(is_interrupted(call_within(5 * millisecond, [] { sleep_for(long_time); })));
}

CASE(inner_is_earlier) {
  bool went_on = false;
  const backstop::error outer = call_within(long_time, [&] {
    CHECK(is_interrupted(call_within(2 * millisecond, [] { sleep_for(long_time); })));
    went_on = true;
  });
  CHECK(!outer && went_on);
}

CASE(outer_is_earlier) {
  bool inner_was_told = false;
  const backstop::error outer = call_within(50 * millisecond, [&] {
    inner_was_told = is_interrupted(call_within(long_time, [] { sleep_for(long_time); }));
    sleep_for(long_time);
  });
  CHECK(is_interrupted(outer) && inner_was_told);
}

CASE(outer_reaches_inner_without_one) {
  bool inner_was_told = false;
  const backstop::error outer = call_within(50 * millisecond, [&] {
    inner_was_told = is_interrupted(call_within(0, [] { sleep_for(long_time); }));
    sleep_for(long_time);
  });
  CHECK(is_interrupted(outer) && inner_was_told);
}

// B18
CASE(scope) {
  {
    const backstop::deadline soon(std::chrono::milliseconds(5));
    const backstop::deadline later(std::chrono::hours(1));
    CHECK(is_interrupted(call_within(0, [] { sleep_for(long_time); })));
    CHECK(is_interrupted(call_within(0, [] { sleep_for(long_time); }))); // it is still over
  }
  CHECK(!call_within(0, [] { sleep_for(20 * millisecond); }));
}

CASE(scope_that_a_fault_left) {
  const backstop::error fault = call_within(0, [] {
    backstop_deadline_enter(millisecond);
    backstop_hold();
    null_write();
  });
  CHECK(backstop_error_kind(fault.get()) == BACKSTOP_FAULT);
  CHECK(!call_within(0, [] { sleep_for(20 * millisecond); }));
  CHECK(is_interrupted(call_within(millisecond, [] { sleep_for(long_time); })));
}

CASE(barrier) {
  bool has_ended = false;
  const backstop::error error = call_within(20 * millisecond, [&] {
    const uint32_t previous = backstop_barrier_enter("callback");
    sleep_for(60 * millisecond);
    has_ended = true;
    backstop_barrier_leave(previous);
    sleep_for(long_time);
  });
  CHECK(is_interrupted(error) && has_ended && deadline_of(error)->obstacle != nullptr);
}

CASE(returns_from_what_cannot_be_interrupted) {
  int answer = 0;
  const backstop::error error = call_within(20 * millisecond, [&] {
    const uint32_t previous = backstop_barrier_enter("callback");
    sleep_for(60 * millisecond);
    answer = 42;
    backstop_barrier_leave(previous);
  });
  const backstop_deadline *deadline = deadline_of(error);
  CHECK(answer == 42);
  if (deadline->is_interrupted == 0) {
    CHECK(deadline->instruction_pointer == 0 && backstop_error_recovery(error.get()) == nullptr);
    CHECK(std::strstr(backstop_error_message(error.get()), "case: returned after ") != nullptr);
    CHECK(std::strstr(backstop_error_message(error.get()), "it could not be interrupted, for a callback") != nullptr);
  }
}

CASE(held_until_the_release) {
  bool has_changed_all = false;
  const backstop::error error = call_within(20 * millisecond, [&] {
    const backstop::hold outer;
    {
      const backstop::hold inner;
      sleep_for(30 * millisecond);
    }
    sleep_for(30 * millisecond);
    has_changed_all = true;
  });
  CHECK(has_changed_all);
  CHECK(is_interrupted(error) && std::strstr(deadline_of(error)->obstacle, "backstop_hold") != nullptr);
}

CASE(signal_is_blocked) {
  const backstop::error error = call_within(20 * millisecond, [] {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    sleep_for(60 * millisecond);
    sink = 1;
  });
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);
  const backstop_deadline *deadline = deadline_of(error);
  CHECK(deadline->is_interrupted == 0 && std::strcmp(deadline->obstacle, "its signal was blocked") == 0);
  sleep_for(20 * millisecond); // it doesn't come later
  check_aftermath();
}

CASE(jumps_too) {
  static backstop_site site = site_within(2 * millisecond);
  site.recover = BACKSTOP_JUMP;
  bool is_cleaned = false;
  const auto body = [](void *context) {
    const backstop::defer clean([=] { *static_cast<bool *>(context) = true; });
    sleep_for(long_time);
  };
  const backstop::error error(backstop_call(&site, body, &is_cleaned));
  CHECK(is_interrupted(error) && is_cleaned);
  CHECK(backstop_error_recovery(error.get())->way == BACKSTOP_JUMP);
}

CASE(taints) {
  static backstop_domain domain = BACKSTOP_DOMAIN("slow");
  static backstop_site site = site_within(2 * millisecond);
  site.domain = &domain;
  site.recover = BACKSTOP_JUMP;
  struct Kept {
    ~Kept() { sink = sink + 1; }
  };
  const auto body = [](void *) {
    const Kept kept;
    sleep_for(long_time);
  };
  const backstop::error error(backstop_call(&site, body, nullptr));
  CHECK(is_torn(error) && backstop_domain_is_tainted(&domain));
}

// What a free that was interrupted had in hand is recovered as a fault of its own would be.
CASE(fault_while_a_return_is_awaited) {
  struct Stream {
    static ssize_t write(void *, const char *, size_t) {
      sleep_for(20 * millisecond); // longer than the deadline: the interruption waits for the function of libc
      null_write();
      return 0;
    }
  };
  cookie_io_functions_t functions = {};
  functions.write = Stream::write;
  FILE *stream = fopencookie(nullptr, "w", functions);
  setvbuf(stream, nullptr, _IONBF, 0);
  const backstop::error error = call_within(5 * millisecond, [=] { std::fputs("text", stream); });
  const backstop_error_kind_t kind = backstop_error_kind(error.get());
  CHECK(kind == BACKSTOP_FAULT || kind == BACKSTOP_DEADLINE);
  check_aftermath();
}
