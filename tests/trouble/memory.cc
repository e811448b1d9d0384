// Memory that is short from the fault on: malloc and its kin are this program's own, and fail when told to. For each
// error, each allocation of its hand-over fails in turn, by itself and with all that come after it.
#include "../support/cases.h"
#include <cerrno>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unistd.h>

extern "C" {
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
}

namespace {

bool is_counting, fails_after;
int made, failing; // the number of the one that fails; 0: none does

bool fails() {
  if (!is_counting) {
    return false;
  }
  ++made;
  const bool is_short = failing != 0 && (made == failing || (fails_after && made > failing));
  if (is_short) {
    errno = ENOMEM;
  }
  return is_short;
}

void begin(int number, bool all_after) {
  made = 0;
  failing = number;
  fails_after = all_after;
  is_counting = true;
}

void end() { is_counting = false; }

} // namespace

extern "C" {
void *malloc(size_t size) { return fails() ? nullptr : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? nullptr : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return fails() ? nullptr : __libc_realloc(block, size); }
void *memalign(size_t alignment, size_t size) { return fails() ? nullptr : __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
  void *block = memalign(alignment, size);
  if (block == nullptr) {
    return ENOMEM;
  }
  *result = block;
  return 0;
}
}

namespace {

// Reads all that there is to an error and to what it is nested in.
void read(const backstop_error *error) {
  for (; error != nullptr; error = backstop_error_nested(error)) {
    CHECK(backstop_error_message(error)[0] != '\0');
    backstop_error_type_name(error);
    backstop_error_what(error, nullptr);
    backstop_error_is_a(error, "std::exception");
    backstop_error_standard(error);
    backstop_error_code(error, nullptr);
    char report[512];
    backstop_error_report(error, report, sizeof(report));
  }
}

// Calls body with ever later allocations failing, until one more makes no difference. `check` gets each error.
template <typename Check> void fail_each(const backstop_site &at, void (*body)(void *), Check check) {
  for (const bool all_after : {false, true}) {
    for (int number = 1, last = 1; number <= last; ++number) {
      begin(0, false); // what body itself allocates before it is done for counts as well
      backstop_error *error = backstop_call(&at, body, nullptr);
      read(error);
      backstop_error_free(error);
      end();
      last = made;
      CHECK(last > 0 && last < 1000);

      begin(number, all_after);
      error = backstop_call(&at, body, nullptr);
      read(error);
      end();
      if (error == nullptr) {
        std::fprintf(stderr, "no error where allocation %d of %d fails\n", number, last);
      }
      CHECK(error != nullptr);
      check(error);
      backstop_error_free(error);
    }
  }
  CHECK_RECOVERS();
}

void is_null_dereference(const backstop_error *error) {
  CHECK(backstop_error_kind(error) == BACKSTOP_FAULT);
  CHECK(backstop_error_fault(error)->kind == BACKSTOP_FAULT_NULL_DEREFERENCE);
}

// If there is no memory for what is thrown, std::bad_alloc is.
void is_exception(const backstop_error *error) { CHECK(backstop_error_kind(error) == BACKSTOP_EXCEPTION); }

void hear(const backstop_error *error, void *count) {
  CHECK(error != nullptr);
  ++*static_cast<int *>(count);
}

__attribute__((noinline)) void throw_number() { throw 42; }

backstop_domain domain = BACKSTOP_DOMAIN("short of memory");

} // namespace

CASE(each_allocation_after_a_fault) { fail_each(case_site, check_null_write, is_null_dereference); }

CASE(each_allocation_after_a_fault_below_cleanups) {
  const auto body = [](void *) {
    const std::string held(opaque(size_t(100)), 'x');
    null_write();
  };
  fail_each(case_site, body, [](const backstop_error *error) { // held itself may be what has no memory
    CHECK(backstop_error_kind(error) == BACKSTOP_FAULT || backstop_error_kind(error) == BACKSTOP_EXCEPTION);
  });
}

CASE(each_allocation_after_an_abort) {
  fail_each(
      case_site, [](void *) { std::abort(); },
      [](const backstop_error *error) {
        CHECK(backstop_error_kind(error) == BACKSTOP_FAULT && backstop_error_fault(error)->signal == SIGABRT);
      });
}

CASE(each_allocation_after_an_exception) {
  fail_each(
      case_site, [](void *) { throw std::runtime_error("a text that is too long to lie in the string itself"); },
      is_exception);
}

CASE(each_allocation_after_a_number_thrown) {
  fail_each(case_site, [](void *) { throw 42; }, is_exception);
}

CASE(each_allocation_after_an_error_code) {
  fail_each(
      case_site, [](void *) { throw std::system_error(ENOENT, std::generic_category(), "opening"); }, is_exception);
}

CASE(each_allocation_after_nested_exceptions) {
  const auto body = [](void *) {
    try {
      throw std::runtime_error("what it came from, at some length, so that it is allocated");
    } catch (...) {
      std::throw_with_nested(std::logic_error("what came of it, at some length, so that it is allocated"));
    }
  };
  fail_each(case_site, body, is_exception);
}

CASE(each_allocation_of_traces) {
  backstop_options options = {};
  options.size = sizeof(options);
  options.traces = BACKSTOP_TRACES_ON;
  CHECK(backstop_install(&options) == BACKSTOP_OK);
  fail_each(
      case_site, [](void *) { throw std::runtime_error("a text that is too long to lie in the string itself"); },
      is_exception);
}

CASE(each_allocation_after_a_terminate) {
  const auto body = [](void *) { []() noexcept { throw_number(); }(); };
  fail_each(case_site, body, [](const backstop_error *error) {
    CHECK(backstop_error_kind(error) == BACKSTOP_FAULT);
    CHECK(backstop_error_fault(error)->kind == BACKSTOP_FAULT_TERMINATE);
  });
}

CASE(each_allocation_in_a_domain) {
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  const backstop_site at = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, &domain, 0};
  int heard = 0;
  CHECK(backstop_add_listener(hear, &heard, 0));
  fail_each(at, check_null_write, is_null_dereference);
  CHECK(heard > 2);
  backstop_counters counters = {};
  counters.size = sizeof(counters);
  CHECK(backstop_domain_counters(&domain, &counters));
  CHECK(counters.faults == counters.calls &&
        counters.faults_by_kind[BACKSTOP_FAULT_NULL_DEREFERENCE] == counters.calls);
}

CASE(each_allocation_of_an_interruption) {
  static const backstop_site at = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 2000000};
  const auto body = [](void *) {
    for (volatile bool goes_on = true; goes_on;) {
    }
  };
  fail_each(at, body, [](const backstop_error *error) { CHECK(backstop_error_kind(error) == BACKSTOP_DEADLINE); });
}

// Each in a process in which nothing has been called yet.
template <typename Body> static void fail_each_at_first(Body body) {
  for (int number = 1;; ++number) {
    if (const pid_t child = fork_child()) {
      const int status = status_of(child);
      CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2));
      if (WEXITSTATUS(status) == 2) {
        return;
      }
      continue;
    }
    begin(number, false);
    body();
    end();
    const bool is_done = made < number;
    CHECK_RECOVERS();
    _exit(is_done ? 2 : 0);
  }
}

CASE(each_allocation_of_the_first_call) {
  fail_each_at_first([] {
    const Result result = guarded([] { throw 42; });
    CHECK(result.kind == BACKSTOP_EXCEPTION);
  });
}

CASE(each_allocation_of_the_first_call_in_a_domain) {
  static const backstop_site at = BACKSTOP_SITE_IN(&domain, "case");
  fail_each_at_first([] {
    const Result result = guarded([] { throw 42; }, &at);
    CHECK(result.kind == BACKSTOP_EXCEPTION);
    backstop_domain_state(&domain);
  });
}

CASE(each_allocation_of_setting_up) {
  fail_each_at_first([] {
    static int heard;
    const backstop_breaker breaker = {sizeof(breaker), 1, 1000000000, 1000000000, nullptr, nullptr};
    backstop_health health = {};
    health.size = sizeof(health);
    if (backstop_install(nullptr) == BACKSTOP_OK && backstop_attach_thread(0, 0) &&
        backstop_add_listener(hear, &heard, 0) && backstop_domain_set_breaker(&domain, &breaker)) {
      CHECK(backstop_remove_listener(hear, &heard));
    }
    CHECK(backstop_status(&health));
  });
}
