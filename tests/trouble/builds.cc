// What must hold however a program is built. Each case calls into victims.cc, which is built in the row's way.
#include "../hostile/cases.h"
#include "victims.h"
#include <pthread.h>
#include <stdexcept>
#include <string>

namespace {

// The way back, and the state afterwards.
void check_fault(const Result &result, int32_t signal) {
  if (result.kind != BACKSTOP_FAULT || result.signal != signal) {
    std::fprintf(stderr, "kind %d, signal %d: %s\n", result.kind, result.signal, result.message);
  }
  CHECK(result.kind == BACKSTOP_FAULT && result.signal == signal);
  CHECK(result.recovery.is_torn || released > 0);
  std::free(opaque(std::malloc(1000)));
  CHECK_RECOVERS();
}

void *on_thread(void *) {
  check_fault(guarded(fault_holding), SIGSEGV);
  check_fault(guarded(overflow), SIGSEGV);
  return nullptr;
}

} // namespace

CASE(fault) {
  for (int round = 0; round < 3; ++round) {
    check_fault(guarded(fault_holding), SIGSEGV);
  }
}

CASE(overflow_on_main) {
  limit_main_stack(1 << 20);
  check_fault(guarded(overflow), SIGSEGV);
  check_fault(guarded(overflow), SIGSEGV);
}

CASE(thread) {
  pthread_t thread;
  CHECK(pthread_create(&thread, nullptr, on_thread, nullptr) == 0 && pthread_join(thread, nullptr) == 0);
}

CASE(abort_guarded) {
  marker();
  check_fault(guarded(abort_holding), SIGABRT);
}

CASE(assertion) {
  marker();
  const Result result = guarded(fail_assertion);
  CHECK(std::strstr(result.message, "the check that failed") != nullptr);
}

CASE(exception) {
  const Result result = guarded([] { throw std::runtime_error("a text"); });
  CHECK(result.kind == BACKSTOP_EXCEPTION && std::strcmp(result.message, "case: std::runtime_error: a text") == 0);
}

CASE(exception_through_it) {
  const Result result = guarded([] { call_back([] { throw 42; }); });
  CHECK(result.kind == BACKSTOP_EXCEPTION);
  CHECK(released > 0);
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

CASE(unguarded) {
  CHECK_RECOVERS();
  marker();
  fault_holding();
}
