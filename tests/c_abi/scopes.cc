// The C ABI from C++17, and what backstop.hpp adds.
#include "backstop/backstop.hpp"
#include "check.h"
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>

namespace {

constexpr backstop_site site = BACKSTOP_SITE("work");

using Error = std::unique_ptr<backstop_error, decltype(&backstop_error_free)>;

template <typename Function> Error call(Function function) {
  const auto invoke = [](void *context) { (*static_cast<Function *>(context))(); };
  return Error(backstop_call(&site, invoke, &function), backstop_error_free);
}

void check_results() {
  int result = 0;
  CHECK(call([&] { result = 42; }) == nullptr);
  CHECK(result == 42);
  const Error error = call([] { check_null_write(nullptr); });
  CHECK(error != nullptr);
  CHECK(backstop_error_fault(error.get())->kind == BACKSTOP_FAULT_NULL_DEREFERENCE);
}

// An exception runs destructors; what they see is the guard's last word.
void check_exceptions() {
  bool destroyed = false;
  struct Flag {
    bool &flag;
    ~Flag() { flag = true; }
  };
  const Error error = call([&] {
    const Flag flag{destroyed};
    throw std::out_of_range("too far");
  });
  CHECK(destroyed);
  CHECK(error != nullptr && std::string(backstop_error_type_name(error.get())) == "std::out_of_range");
  CHECK(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr);
}

void fault_behind_barrier() {
  call([] {
    const backstop::barrier barrier("on_event");
    check_null_write(nullptr);
  });
}

// A barrier ends with its scope, also when an exception ends that.
void check_barriers() {
  check_dies(SIGSEGV, "in the callback `on_event`", fault_behind_barrier);
  const Error error = call([] {
    try {
      const backstop::barrier barrier("on_event");
      throw 1;
    } catch (int) {
    }
    check_null_write(nullptr);
  });
  CHECK(error != nullptr && backstop_error_kind(error.get()) == BACKSTOP_FAULT);
}

void check_threads() {
  std::thread threads[4];
  for (std::thread &thread : threads) {
    thread = std::thread([] {
      for (int round = 0; round < 100; ++round) {
        check_results();
      }
    });
  }
  for (std::thread &thread : threads) {
    thread.join();
  }
}

static_assert(!std::is_copy_constructible<backstop::barrier>::value, "a barrier is left once");
static_assert(noexcept(backstop_version()), "the accessors throw nothing");

} // namespace

int main() {
  check_results();
  check_exceptions();
  check_barriers();
  check_threads();
}
