// What the cases here share, on top of what they have in common with those in ../support.
#pragma once

#include "../support/cases.h"
#include <ctime>
#include <functional>
#include <pthread.h>
#include <semaphore.h>

// How often: less in the normal test run than where BACKSTOP_FULL is set.
inline long amount(long reduced, long full) { return std::getenv("BACKSTOP_FULL") != nullptr ? full : reduced; }

// How the guards of this run get back: BACKSTOP_WAY=jump, or else they unwind.
inline backstop_way chosen_way() {
  static const char *const name = std::getenv("BACKSTOP_WAY");
  return name != nullptr && std::strcmp(name, "jump") == 0 ? BACKSTOP_JUMP : BACKSTOP_UNWIND;
}

// What a guarded call came to, without a heap block to it.
struct Outcome {
  bool failed;
  backstop_error_kind_t kind;
  backstop_fault fault;
  backstop_recovery recovery;
  char message[256];

  bool is_fault(backstop_fault_kind expected) const {
    return failed && kind == BACKSTOP_FAULT && fault.kind == expected;
  }
  bool is_overflow() const {
    return is_fault(BACKSTOP_FAULT_STACK_OVERFLOW) || is_fault(BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW);
  }
};

constexpr backstop_site sites[] = {{"case", __FILE__, __LINE__, BACKSTOP_UNWIND, nullptr, 0},
                                   {"case", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0}};

template <typename Body> __attribute__((noinline)) Outcome protect_at(const backstop_site &site, Body body) {
  const auto invoke = [](void *context) { (*static_cast<Body *>(context))(); };
  backstop_error *error = backstop_call(&site, invoke, &body);
  Outcome outcome = {};
  if (error == nullptr) {
    return outcome;
  }
  outcome.failed = true;
  outcome.kind = backstop_error_kind(error);
  if (const backstop_fault *fault = backstop_error_fault(error)) {
    outcome.fault = *fault;
    outcome.fault.message = nullptr;
    outcome.recovery = *backstop_error_recovery(error);
    outcome.recovery.frames = nullptr;
  }
  std::snprintf(outcome.message, sizeof(outcome.message), "%s", backstop_error_message(error));
  backstop_error_free(error);
  return outcome;
}

template <typename Body> Outcome protect(Body body, backstop_way way = chosen_way()) {
  return protect_at(sites[way], body);
}

#define CHECK_OUTCOME(outcome, condition)                                                                              \
  do {                                                                                                                 \
    const Outcome &outcome_ = (outcome);                                                                               \
    if (!(condition)) {                                                                                                \
      std::fprintf(stderr, "failed %d, kind %d, fault %d, way %d: %s\n", outcome_.failed, outcome_.kind,               \
                   outcome_.fault.kind, outcome_.recovery.way, outcome_.message);                                      \
    }                                                                                                                  \
    CHECK(condition);                                                                                                  \
  } while (false)

// A call of which the compiler knows nothing, not even that it doesn't throw.
inline void call(void (*function)()) { opaque(function)(); }

// A thread of the body's, with this much stack.
struct Thread {
  pthread_t thread;
  std::function<void()> body;

  Thread(size_t stack_size, std::function<void()> body_) : thread(), body(std::move(body_)) {
    pthread_attr_t attributes;
    CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, stack_size) == 0);
    const auto start = [](void *self) -> void * {
      static_cast<Thread *>(self)->body();
      return nullptr;
    };
    CHECK(pthread_create(&thread, &attributes, start, this) == 0);
    pthread_attr_destroy(&attributes);
  }
  void join() const { CHECK(pthread_join(thread, nullptr) == 0); }
};

// Whether another thread gets through the body. If not it is left hanging.
inline bool gets_through(std::function<void()> body) {
  struct Shared {
    std::function<void()> body;
    sem_t done;
  };
  auto *shared = new Shared{std::move(body), {}}; // not given back: it may still be in use
  CHECK(sem_init(&shared->done, 0, 0) == 0);
  const auto start = [](void *argument) -> void * {
    auto *given = static_cast<Shared *>(argument);
    given->body();
    sem_post(&given->done);
    return nullptr;
  };
  pthread_t thread;
  CHECK(pthread_create(&thread, nullptr, start, shared) == 0);
  pthread_detach(thread);
  timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 20;
  return sem_timedwait(&shared->done, &until) == 0;
}

// A thread that does nothing, for glibc takes no locks in a process that has but one.
inline void make_two_threads() {
  pthread_t thread;
  const auto wait = [](void *) -> void * {
    for (;;) {
      pause();
    }
  };
  CHECK(pthread_create(&thread, nullptr, wait, nullptr) == 0);
  pthread_detach(thread);
}
