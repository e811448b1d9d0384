// What the rows of the table share. Each row is a function that faults under a guard, with frames in between that hold
// objects. The rows are compiled by each compiler with each set of flags; what is declared here and not defined is the
// driver's (main.cc), which isn't, so the compilers know nothing of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

struct Row {
  const char *name, *what;
  void (*body)(void *);
  void (*after)(); // what must work again, once the frames were unwound; or null
  Row *next;
  static Row *first, **last;
  Row(const char *name_, const char *what_, void (*body_)(void *), void (*after_)())
      : name(name_), what(what_), body(body_), after(after_), next(nullptr) {
    *last = this;
    last = &next;
  }
};

#define ROW(name, what) ROW_THEN(name, what, nullptr)
#define ROW_THEN(name, what, after)                                                                                    \
  static void name(void *);                                                                                            \
  static Row row_##name(#name, what, name, after);                                                                     \
  static void name(void *)

#define FRAME __attribute__((noinline))
#define INLINED __attribute__((always_inline)) inline

// Objects that are alive are counted.
struct Counted {
  Counted(); // may throw, for all that the compiler knows
  ~Counted();
  Counted(const Counted &) = delete;
  Counted &operator=(const Counted &) = delete;
};

// One that can't throw.
struct Quiet {
  Quiet() noexcept;
  ~Quiet();
  Quiet(const Quiet &) = delete;
  Quiet &operator=(const Quiet &) = delete;
};

struct Virtual {
  virtual void call();
};

struct Nothing {
  Nothing() noexcept {}
};

void count(int objects) noexcept; // that are made (destroyed, if below 0) elsewhere

extern std::mutex mutex; // must be free afterwards, if all frames were unwound

void went_on(); // what comes after the fault runs, and must not
void check_failed(const char *what) noexcept;

// A guarded call, whose fault is expected.
void recovers(void (*body)(void *));

// A value that the compiler knows nothing of.
template <typename Value> INLINED Value opaque(Value value) {
  __asm__ volatile("" : "+r"(value) : : "memory");
  return value;
}

INLINED void null_read() { (void)*opaque<volatile int *>(nullptr); }

// Calls `body` from that many frames, each with an object.
template <int Frames, typename Object = Counted, typename Body> FRAME void within(Body body) {
  const Object object;
  if constexpr (Frames > 1) {
    within<Frames - 1, Object>(body);
  } else {
    body();
  }
  went_on();
}
