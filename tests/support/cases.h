// What the cases share. Each runs in a process of its own, named by the program's argument, and ends with exit code 0
// if all of its checks held, or as the test that runs the program says.
#pragma once

#include "../c_abi/check.h"
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sys/resource.h>

constexpr int skipped = 77; // the exit code of a case that can't be had here, which says why on stderr

struct Case {
  const char *name;
  void (*body)();
  Case *next;
  static Case *first;
  Case(const char *name_, void (*body_)()) : name(name_), body(body_), next(first) { first = this; }
};

#define CASE(name)                                                                                                     \
  static void name();                                                                                                  \
  static Case case_##name(#name, name);                                                                                \
  static void name()

// A value that the compiler knows nothing of.
template <typename Value> __attribute__((noinline)) Value opaque(Value value) {
  __asm__ volatile("" : "+r"(value) : : "memory");
  return value;
}

inline void null_write() { check_null_write(nullptr); }

// What comes next is to end the process. Nothing may be printed after it.
inline void marker() {
  std::puts("about to fault");
  std::fflush(stdout);
}

// Runs body() on a thread of its own, to its end.
inline void on_thread(void (*body)(), const pthread_attr_t *attributes = nullptr) {
  pthread_t thread;
  const auto start = [](void *argument) -> void * {
    reinterpret_cast<void (*)()>(argument)();
    return nullptr;
  };
  CHECK(pthread_create(&thread, attributes, start, reinterpret_cast<void *>(body)) == 0);
  CHECK(pthread_join(thread, nullptr) == 0);
}

// What a guarded call came to. It holds no memory of the heap's, of which there may be none left.
struct Result {
  backstop_error_kind_t kind; // 0: it returned
  backstop_fault_kind fault;
  int32_t signal;
  backstop_recovery recovery; // without its frames
  bool has_type;
  char type[64];
  char message[512];
};

constexpr backstop_site case_site = BACKSTOP_SITE("case");

template <typename Body> __attribute__((noinline)) Result guarded(Body body, const backstop_site *site = &case_site) {
  const auto invoke = [](void *context) { (*static_cast<Body *>(context))(); };
  backstop_error *error = backstop_call(site, invoke, &body);
  Result result = {};
  if (error != nullptr) {
    result.kind = backstop_error_kind(error);
    if (const backstop_fault *fault = backstop_error_fault(error)) {
      result.fault = fault->kind;
      result.signal = fault->signal;
      result.recovery = *backstop_error_recovery(error);
      result.recovery.frames = nullptr;
    }
    const char *type = backstop_error_type_name(error);
    result.has_type = type != nullptr;
    std::snprintf(result.type, sizeof(result.type), "%s", type != nullptr ? type : "");
    std::snprintf(result.message, sizeof(result.message), "%s", backstop_error_message(error));
    backstop_error_free(error);
  }
  return result;
}

// Checks that the result is this fault, and shows it otherwise.
#define CHECK_FAULT(expression, expected)                                                                              \
  do {                                                                                                                 \
    const Result result_ = (expression);                                                                               \
    if (result_.kind != BACKSTOP_FAULT || result_.fault != (expected)) {                                               \
      std::fprintf(stderr, "kind %d, fault %d: %s\n", result_.kind, result_.fault, result_.message);                   \
    }                                                                                                                  \
    CHECK(result_.kind == BACKSTOP_FAULT && result_.fault == (expected));                                              \
  } while (false)

#define CHECK_RECOVERS() CHECK_FAULT(guarded(null_write), BACKSTOP_FAULT_NULL_DEREFERENCE)

// What the kernel lets the main thread have from now on.
inline void limit_main_stack(size_t bytes) {
  rlimit limit;
  CHECK(getrlimit(RLIMIT_STACK, &limit) == 0);
  limit.rlim_cur = bytes;
  if (setrlimit(RLIMIT_STACK, &limit) != 0) {
    std::fputs("the hard limit of the stack is lower\n", stderr);
    std::_Exit(skipped);
  }
}

// Forks a child that doesn't outlive the case, and dies by SIGALRM if it hangs.
pid_t fork_child();
int status_of(pid_t child);
