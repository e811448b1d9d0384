#include "victims.h"
#include <cstdio>
#include <cstdlib>

#undef NDEBUG
#include <cassert>

#ifdef __EXCEPTIONS
const bool has_cleanups = true;
#else
const bool has_cleanups = false;
#endif

int released;

namespace {

struct Held {
  ~Held() { ++released; }
};

int *volatile nowhere;
volatile int much = 1;

__attribute__((noinline)) void fault() { *nowhere = 1; }

__attribute__((noinline)) int recurse(int depth) {
  volatile char frame[128];
  frame[0] = static_cast<char>(depth);
  return much != 0 ? recurse(depth + 1) + frame[0] : 0;
}

} // namespace

void fault_holding() {
  const Held held;
  call_back(fault);
}

void abort_holding() {
  const Held held;
  std::abort();
}

void fail_assertion() { assert(!"the check that failed"); }

void call_back(void (*function)()) {
  const Held held;
  function();
  released += 0; // so that the call is none to jump to
}

void overflow() { recurse(much); }
