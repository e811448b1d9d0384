// What the cases of deadlines share; see support/cases.h for the rest.
#pragma once

#include "../support/cases.h"
#include <backstop/backstop.hpp>
#include <ctime>
#include <mutex>

constexpr uint64_t millisecond = 1000000;

inline uint64_t clock_now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1000000000 + static_cast<uint64_t>(now.tv_nsec);
}

inline backstop_site site_within(uint64_t nanoseconds) {
  return {"case", __FILE__, __LINE__, BACKSTOP_UNWIND, nullptr, nanoseconds};
}

// Calls body() under a guard with a deadline.
template <typename Body> backstop::error call_within(uint64_t nanoseconds, Body body) {
  static thread_local backstop_site site;
  site = site_within(nanoseconds);
  const auto invoke = [](void *context) { (*static_cast<Body *>(context))(); };
  return backstop::error(backstop_call(&site, invoke, &body));
}

inline const backstop_deadline *deadline_of(const backstop::error &error) {
  const backstop_deadline *deadline = error ? backstop_error_deadline(error.get()) : nullptr;
  if (deadline == nullptr) {
    std::fprintf(stderr, "no deadline: %s\n", error ? backstop_error_message(error.get()) : "it returned");
  }
  CHECK(deadline != nullptr);
  return deadline;
}

inline bool is_interrupted(const backstop::error &error) { return deadline_of(error)->is_interrupted != 0; }

inline bool is_torn(const backstop::error &error) { return backstop_error_recovery(error.get())->is_torn != 0; }

// What must work after whatever was interrupted.
inline void check_aftermath() {
  void *memory = std::malloc(1000);
  CHECK(memory != nullptr);
  std::free(memory);
  std::fprintf(stderr, "%s", "");
  std::fclose(std::fopen("/dev/null", "r")); // libc's list of streams; flushing all of it would wait for others' pipes
  CHECK_RECOVERS();
}

// C++ that would go on for ever, each in its own way; see victims.cc.
struct Victim {
  const char *name;
  void (*run)();
  bool locks;      // the mutex below
  bool may_tear;   // even if vouched for: it is never where all its destructors could run
  bool is_of_many; // also fit for being interrupted thousands of times
};

void prepare_victims();
extern const Victim victims[];
extern const size_t victim_count;
extern std::timed_mutex shared;
void check_lock(bool may_be_held);
extern volatile uint64_t sink; // of results
