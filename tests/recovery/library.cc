// Faults in the C library and under it, in initialisers that are to run once, and with other frames in between.
#include "rows.h"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <pthread.h>
#include <string>

// In files of their own.
extern "C" {
void call_untabled(void (*body)(void));                         // C without unwind tables
void call_with_cleanup(void (*body)(void), void (*count)(int)); // C, with __attribute__((cleanup))
void call_plain(void (*body)(void));                            // C
void call_prebuilt(void (*body)(void), void (*count)(int));     // a library, which isn't vouched for
void call_foreign(void (*body)(void));                          // another language's: it has a personality of its own
}

namespace {

const char *bad() { return opaque(reinterpret_cast<const char *>(0x10)); }

void count_plainly(int objects) { count(objects); }

} // namespace

ROW(strlen_of_bad, "`std::string` made of a bad pointer: `strlen`") {
  within<2>([] {
    const std::string before(100, 'x');
    const std::string text(bad());
    went_on();
  });
}

ROW(memcpy_of_bad, "`memcpy` from a bad pointer") {
  within<2>([] {
    char text[64];
    std::memcpy(opaque(&text[0]), bad(), opaque<size_t>(64));
    went_on();
  });
}

ROW(qsort_comparator, "`qsort` whose comparator faults") {
  within<2>([] {
    int values[] = {3, 1, 2};
    std::qsort(values, 3, sizeof(int), [](const void *, const void *) {
      const Counted object;
      null_read();
      return 0;
    });
    went_on();
  });
}

ROW(printf_of_bad, "`printf(\"%s\", bad)`") {
  within<2>([] {
    std::printf("%s", bad());
    went_on();
  });
}

ROW(puts_of_bad, "`puts(bad)`") {
  within<2>([] {
    std::puts(bad());
    went_on();
  });
}

ROW(fwrite_of_bad, "`fwrite(bad, ...)`") {
  within<2>([] {
    std::fwrite(bad(), 1, 1000, stdout);
    went_on();
  });
}

ROW(stream_of_bad, "`std::cout << bad`") {
  within<2>([] {
    std::cout << bad();
    went_on();
  });
}

ROW(fault_in_free, "`free` of a bad pointer") {
  within<2>([] {
    std::free(opaque(reinterpret_cast<void *>(0x1000)));
    went_on();
  });
}

namespace {

bool is_to_fault = true;

struct Initialised {
  Counted object;
  FRAME Initialised() {
    if (opaque(is_to_fault)) {
      null_read();
    }
  }
};

FRAME const void *initialise() {
  static const Initialised object;
  return &object;
}

std::once_flag once;
pthread_once_t once_in_c = PTHREAD_ONCE_INIT;
bool was_called;

FRAME void call_once() {
  std::call_once(once, [] {
    const Counted object;
    if (opaque(is_to_fault)) {
      null_read();
    }
    was_called = true;
  });
}

FRAME void call_once_in_c() {
  pthread_once(&once_in_c, [] {
    const Counted object;
    if (opaque(is_to_fault)) {
      null_read();
    }
    was_called = true;
  });
}

void initialise_again() {
  is_to_fault = false;
  initialise();
}

void check_called(void (*call)()) {
  is_to_fault = false;
  call();
  if (!was_called) {
    check_failed("the next call");
  }
}

} // namespace

ROW_THEN(static_initialiser, "the initialiser of a function's `static`", initialise_again) {
  within<2>([] { initialise(); });
}

ROW_THEN(function_called_once, "the function of `std::call_once`", [] { check_called(call_once); }) {
  within<2>([] { call_once(); });
}

ROW_THEN(function_called_once_in_c, "the function of `pthread_once`", [] { check_called(call_once_in_c); }) {
  within<2>([] { call_once_in_c(); });
}

ROW(c_in_the_middle, "a frame of C in the middle") {
  within<2>([] {
    call_plain([] { within<2>(null_read); });
    went_on();
  });
}

ROW(c_with_cleanup, "a frame of C with `__attribute__((cleanup))`, built with `-fexceptions`") {
  within<2>([] {
    call_with_cleanup([] { within<2>(null_read); }, count_plainly);
    went_on();
  });
}

ROW(c_without_tables, "a frame of C without unwind tables in the middle") {
  within<2>([] {
    call_untabled([] { within<2>(null_read); });
    went_on();
  });
}

ROW(fault_in_prebuilt_library, "a frame of a library in the middle that isn't vouched for") {
  within<2>([] {
    call_prebuilt([] { within<2>(null_read); }, count_plainly);
    went_on();
  });
}

ROW(foreign_frame, "a frame with another language's personality in the middle") {
  within<2>([] {
    call_foreign([] { within<2>(null_read); });
    went_on();
  });
}

ROW(signal_handler, "a signal handler that faults, having interrupted guarded code") {
  within<2>([] {
    std::signal(SIGUSR1, [](int) { within<1>(null_read); });
    std::raise(SIGUSR1);
    went_on();
  });
}

ROW(signal_handler_of_pthread_kill, "the same, by `pthread_kill`") {
  within<2>([] {
    std::signal(SIGUSR1, [](int) { within<1>(null_read); });
    pthread_kill(pthread_self(), SIGUSR1);
    went_on();
  });
}
