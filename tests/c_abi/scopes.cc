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

template <typename Function> backstop::error call(Function function) { return backstop::call(site, function).error(); }

void check_errors() {
  int result = 0;
  CHECK(call([&] { result = 42; }) == nullptr);
  CHECK(result == 42);
  const backstop::error error = call([] { check_null_write(nullptr); });
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
  const backstop::error error = call([&] {
    const Flag flag{destroyed};
    throw std::out_of_range("too far");
  });
  CHECK(destroyed);
  CHECK(error != nullptr && std::string(backstop_error_type_name(error.get())) == "std::out_of_range");
  CHECK(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr);
}

// The guard of the thread that starts another doesn't reach that; one of its own does.
void check_guarded_threads() {
  check_dies(SIGSEGV, "", [] { call([] { std::thread([] { check_null_write(nullptr); }).join(); }); });
  backstop::thread faulting(site, [] { check_null_write(nullptr); });
  backstop::thread throwing(site,
                            [text = std::make_unique<std::string>("moved in")] { throw std::out_of_range(*text); });
  int result = 0;
  backstop::thread well(site, [&] { result = 42; });
  CHECK(backstop_error_kind(faulting.join().get()) == BACKSTOP_FAULT);
  CHECK(std::string(backstop_error_what(throwing.join().get(), nullptr)) == "moved in");
  CHECK(well.join() == nullptr && result == 42);
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
  const backstop::error error = call([] {
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
        check_errors();
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
  check_errors();
  check_exceptions();
  check_barriers();
  check_threads();
  check_guarded_threads();
}
