// Every fault of the zoo, in both ways of recovery; and that afterwards all is as it was before.
#include "backstop/zoo.h"
#include "support.h"
#include <cerrno>
#include <cfenv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <initializer_list>
#include <pthread.h>
#include <thread>

TEST_SUITE_BEGIN("faults");

namespace {

// What a guarded call must give back as it was.
struct State {
  sigset_t mask = {}; // the kernel writes a part of it
  stack_t alternate = {};
  int rounding = std::fegetround();
  int error_number = errno;

  State() {
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
    sigaltstack(nullptr, &alternate);
  }
};

void check_same(const State &before, const State &after) {
  CHECK(after.error_number == before.error_number);
  CHECK(after.rounding == before.rounding);
  CHECK(std::memcmp(&after.mask, &before.mask, sizeof(sigset_t)) == 0);
  CHECK(after.alternate.ss_sp == before.alternate.ss_sp);
  CHECK(after.alternate.ss_size == before.alternate.ss_size);
  CHECK((after.alternate.ss_flags & SS_DISABLE) == 0);
  CHECK((after.alternate.ss_flags & SS_ONSTACK) == 0);
}

void check_memory_is_to_be_had() {
  for (const std::size_t size : {std::size_t(32), std::size_t(5000), std::size_t(1) << 20}) {
    void *volatile memory = std::malloc(size);
    CHECK(memory != nullptr);
    std::free(memory);
  }
}

// qemu-user has no seccomp, nor faults of aarch64 over alignment.
bool is_to_be_had(const backstop_zoo_case &expected) {
#ifdef CHECK_UNDER_QEMU
  if (text(expected.name) == "bad_system_call" || text(expected.name) == "misaligned_read") {
    return false;
  }
#endif
  return expected.outcome == BACKSTOP_ZOO_FAULT;
}

// Nor does it say on aarch64 whether a read or a write faulted.
backstop_fault_kind kind_of(const backstop_zoo_case &expected) {
#if defined(CHECK_UNDER_QEMU) && defined(__aarch64__)
  switch (expected.kind) {
  case BACKSTOP_FAULT_WILD_READ:
  case BACKSTOP_FAULT_WILD_WRITE:
    return BACKSTOP_FAULT_WILD_ACCESS;
  case BACKSTOP_FAULT_FORBIDDEN_READ:
  case BACKSTOP_FAULT_FORBIDDEN_WRITE:
    return BACKSTOP_FAULT_FORBIDDEN_ACCESS;
  }
#endif
  return expected.kind;
}

void check_case(const backstop_zoo_case &expected, const backstop_site &at) {
  CAPTURE(text(expected.name));
  errno = ERANGE;
  const State before;
  const bool is_thrown =
      text(expected.name) == "throw_crashing_what"; // whose end is an exception: nothing is given back
  const Error error = guarded(at, [&] {
    errno = is_thrown ? errno : EDOM;
    std::fesetround(is_thrown ? FE_UPWARD : FE_DOWNWARD);
    expected.call();
  });
  const State after;
  check_same(before, after);
  REQUIRE(error != nullptr);
  CAPTURE(text(backstop_error_message(error.get())));
  REQUIRE(backstop_error_kind(error.get()) == BACKSTOP_FAULT);

  const backstop_fault &fault = *backstop_error_fault(error.get());
  CHECK(fault.size == sizeof(backstop_fault));
  CHECK(fault.kind == kind_of(expected));
  CHECK(fault.signal == expected.signal);
  CHECK(text(backstop_error_message(error.get())).find(expected.message ? expected.message : "") != std::string::npos);
  const backstop_recovery &recovery = *backstop_error_recovery(error.get());
  CHECK(recovery.size == sizeof(backstop_recovery));
  CHECK(recovery.frame_count > 0);
  if (at.recover == BACKSTOP_JUMP) {
    CHECK(recovery.way == BACKSTOP_JUMP);
  }
  CHECK(text(backstop_error_message(error.get())).find("work: ") == 0);

  CHECK(std::uncaught_exceptions() == 0);
  check_memory_is_to_be_had();
  CHECK(is_fault(guarded(::fault), BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(guarded([] {}) == nullptr);
}

void check_all() {
  CHECK(guarded([] {}) == nullptr); // the first one prepares the thread
  std::fesetround(FE_UPWARD);
  std::size_t count;
  const backstop_zoo_case *const cases = backstop_zoo_cases(&count);
  for (const backstop_zoo_case *expected = cases; expected != cases + count; ++expected) {
    if (is_to_be_had(*expected)) {
      check_case(*expected, site);
      check_case(*expected, jumping);
    }
  }
  std::fesetround(FE_TONEAREST);
}

} // namespace

// Under qemu-user the main thread has a stack that grows without end, into whatever lies there.
#ifdef CHECK_UNDER_QEMU
constexpr bool is_main_stack_odd = true;
#else
constexpr bool is_main_stack_odd = false;
#endif

TEST_CASE("on the main thread" * doctest::skip(is_main_stack_odd)) { check_all(); }

TEST_CASE("on another thread") { std::thread(check_all).join(); }

TEST_SUITE_END();
