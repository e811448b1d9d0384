// What must hold however a program is built. Each case calls into victims.cc, which is built in the row's way.
#include "../support/cases.h"
#include "victims.h"
#include <stdexcept>
#include <string>
#include <unwind.h>

namespace {

// The way back, and the state afterwards.
void check_fault(void (*function)(), int32_t signal) {
  released = 0;
  const Result result = guarded(function);
  if (result.kind != BACKSTOP_FAULT || result.signal != signal) {
    std::fprintf(stderr, "kind %d, signal %d: %s\n", result.kind, result.signal, result.message);
  }
  CHECK(result.kind == BACKSTOP_FAULT && result.signal == signal);
  CHECK(result.recovery.is_torn || released > 0);
  std::free(opaque(std::malloc(1000)));
  CHECK_RECOVERS();
}

__attribute__((noinline)) void here(void (*function)()) {
  function();
  __asm__ volatile("");
}

// Where nothing that is thrown can be caught, it ends in std::terminate, under the guard.
void check_thrown(const Result &result, const char *message, void (*through)(void (*)())) {
  if (_Unwind_FindEnclosingFunction(reinterpret_cast<char *>(through) + 1) == nullptr) {
    CHECK(result.kind == BACKSTOP_FAULT && result.fault == BACKSTOP_FAULT_TERMINATE);
  } else {
    CHECK(result.kind == BACKSTOP_EXCEPTION && std::strcmp(result.message, message) == 0);
    CHECK_RECOVERS();
  }
}

} // namespace

CASE(fault) {
  for (int round = 0; round < 3; ++round) {
    check_fault(fault_holding, SIGSEGV);
  }
}

CASE(overflow_on_main) {
  limit_main_stack(1 << 20);
  marker();
  check_fault(overflow, SIGSEGV);
  check_fault(overflow, SIGSEGV);
}

CASE(fault_on_a_thread) {
  on_thread([] { check_fault(fault_holding, SIGSEGV); });
}

CASE(overflow_on_a_thread) {
  on_thread([] {
    marker();
    check_fault(overflow, SIGSEGV);
  });
}

CASE(abort_guarded) {
  marker();
  check_fault(abort_holding, SIGABRT);
}

CASE(assertion) {
  marker();
  const Result result = guarded(fail_assertion);
  CHECK(std::strstr(result.message, "the check that failed") != nullptr);
}

CASE(exception) {
  check_thrown(guarded([] { here([] { throw std::runtime_error("a text"); }); }), "case: std::runtime_error: a text",
               here);
}

CASE(exception_through_it) {
  const Result result = guarded([] { call_back([] { throw 42; }); });
  check_thrown(result, "case: int", call_back);
  CHECK((released > 0) == (has_cleanups && result.kind == BACKSTOP_EXCEPTION));
}

CASE(interruption) {
  static const backstop_site at = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 2000000};
  const Result result = guarded(
      [] {
        call_back([] {
          for (volatile bool goes_on = true; goes_on;) {
          }
        });
      },
      &at);
  CHECK(result.kind == BACKSTOP_DEADLINE);
}

// Of code whose tables are damaged. What comes after it may be refused.
CASE(one_fault) {
  const Result result = guarded(fault_holding);
  CHECK(result.kind == BACKSTOP_FAULT && result.signal == SIGSEGV);
  CHECK(result.recovery.is_torn || released > 0);
}

CASE(unguarded) {
  CHECK_RECOVERS();
  marker();
  fault_holding();
}
