// A fault while something is held or half done: a stream's lock, a static's initialisation, a mutex, an exception, the
// processor's modes. Afterwards other threads get what they need soon, or else the fault was refused.
#include "common.h"
#include <atomic>
#include <cerrno>
#include <cfenv>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace {

char *unmapped() { return opaque(reinterpret_cast<char *>(0x5a5a5a5a5a50)); }
void crash() { null_write(); }
void give_up() { std::abort(); }
void trap() { __builtin_trap(); }
void throw_error() { throw std::runtime_error("an error"); }
void terminate() {
  []() noexcept { call(throw_error); }();
}

std::FILE *open_discarded() {
  std::FILE *file = std::fopen("/dev/null", "r+");
  CHECK(file != nullptr);
  return file;
}

std::FILE *open_full() {
  std::FILE *file = std::fopen("/proc/self/cmdline", "r");
  CHECK(file != nullptr);
  return file;
}

// Faults while the stream is in use. Then another thread takes its lock, and prints to others.
template <typename Body> void check_stream(std::FILE *file, Body body) {
  make_two_threads();
  protect([] {});
  marker();
  const Outcome outcome = protect(body);
  CHECK_OUTCOME(outcome, outcome_.failed && outcome_.kind == BACKSTOP_FAULT);
  CHECK(gets_through([=] {
    flockfile(file);
    funlockfile(file);
  }));
  CHECK(gets_through([] { std::fputs("well\n", open_discarded()); }));
  CHECK(gets_through([] { std::printf("well %d\n", 1); }));
  CHECK(gets_through([] { std::fflush(stdout); }));
}

// As above, of a stream that can still be used.
template <typename Body> void check_usable_stream(std::FILE *file, Body body) {
  check_stream(file, body);
  CHECK(gets_through([=] { std::fputs("well\n", file); }));
  CHECK(gets_through([=] { std::fprintf(file, "well %d\n", 1); }));
  CHECK(gets_through([] { std::fflush(nullptr); }));
}

} // namespace

// trap 13b
CASE(printf_of_a_bad_string) {
  check_usable_stream(stdout, [] { std::printf("%s\n", unmapped()); });
}

CASE(fprintf_of_a_bad_string) {
  std::FILE *file = open_discarded();
  check_usable_stream(file, [=] { std::fprintf(file, "%d %s\n", opaque(1), unmapped()); });
}

CASE(fputs_of_a_bad_string) {
  std::FILE *file = open_discarded();
  check_usable_stream(file, [=] { std::fputs(unmapped(), file); });
}

CASE(puts_of_a_bad_string) {
  check_usable_stream(stdout, [] { std::puts(unmapped()); });
}

CASE(fwrite_of_bad_bytes) {
  std::FILE *file = open_discarded();
  check_usable_stream(file, [=] { std::fwrite(unmapped(), 1, opaque(size_t(100)), file); });
}

CASE(fwrite_of_bytes_that_end_in_a_bad_page) {
  std::FILE *file = open_discarded();
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void *pages = mmap(nullptr, 2 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  const char *bytes = static_cast<char *>(pages) + page - 50;
  CHECK(mprotect(static_cast<char *>(pages) + page, page, PROT_NONE) == 0);
  check_usable_stream(file, [=] { std::fwrite(opaque(bytes), 1, opaque(size_t(100)), file); });
}

CASE(fgets_into_a_bad_buffer) {
  std::FILE *file = open_full();
  check_stream(file, [=] { opaque(std::fgets(unmapped(), 100, file)); });
}

CASE(fread_into_a_bad_buffer) {
  std::FILE *file = open_full();
  check_stream(file, [=] { opaque(std::fread(unmapped(), 1, opaque(size_t(10)), file)); });
}

CASE(fscanf_into_a_bad_buffer) {
  std::FILE *file = open_full();
  check_stream(file, [=] { opaque(std::fscanf(file, "%s", unmapped())); });
}

CASE(getline_into_a_bad_buffer) {
  std::FILE *file = open_full();
  check_stream(file, [=] {
    char *line = unmapped();
    size_t size = 1000;
    opaque(getline(&line, &size, file));
  });
}

CASE(stream_with_a_bad_buffer) {
  std::FILE *file = open_discarded();
  std::setvbuf(file, unmapped(), _IOFBF, 4096);
  make_two_threads();
  protect([] {});
  marker();
  protect([=] { std::fputc('x', file); });
  CHECK(gets_through([=] {
    flockfile(file);
    funlockfile(file);
  }));
  std::_Exit(0); // which would be flushed
}

#ifdef __GLIBC__
namespace {

ssize_t crash_in_callback(void *, const char *, size_t) {
  crash();
  return 0;
}

} // namespace

// A stream whose own functions are the program's.
CASE(fflush_of_a_crashing_stream) {
  cookie_io_functions_t functions = {};
  functions.write = crash_in_callback;
  std::FILE *file = fopencookie(nullptr, "w", functions);
  CHECK(file != nullptr);
  std::fputs("text", file);
  make_two_threads();
  protect([] {});
  marker();
  protect([=] { std::fflush(file); });
  CHECK(gets_through([=] {
    flockfile(file);
    funlockfile(file);
  }));
  CHECK(gets_through([] { std::printf("well\n"); }));
  std::_Exit(0);
}

CASE(sscanf_into_a_bad_buffer) {
  check_usable_stream(stdout, [] { opaque(std::sscanf(opaque("text"), "%s", unmapped())); });
}

CASE(snprintf_of_a_bad_string) {
  check_usable_stream(stdout, [] {
    char text[100];
    opaque(std::snprintf(text, sizeof(text), "%d %s", opaque(1), unmapped()));
  });
}
#endif

// ---- What is initialised once ----

namespace {

std::atomic<int> attempts;

int initialise() {
  if (attempts++ == 0) {
    call(crash);
  }
  return 7;
}

int value() {
  static const int stored = initialise();
  return stored;
}

std::once_flag flag;
void use_call_once() { std::call_once(flag, initialise); }

pthread_once_t control = PTHREAD_ONCE_INIT;
void use_pthread_once() {
  pthread_once(&control, [] { initialise(); });
}

void use_static() { CHECK(value() == 7); }

backstop_domain domain = BACKSTOP_DOMAIN("domain");

// The body faults once. It may then run again, throw, or be refused: but nobody may wait for it for ever.
void check_once(void (*body)(), bool on_the_same_thread) {
  // After a jump it is half done, which the domain is for.
  backstop_domain *const refuses = chosen_way() == BACKSTOP_JUMP ? &domain : nullptr;
  static const backstop_site site = {"once", __FILE__, __LINE__, chosen_way(), refuses, 0};
  static const auto run = [=] { return protect_at(site, body); };
  make_two_threads();
  protect([] {});
  CHECK_OUTCOME(run(), outcome_.is_fault(BACKSTOP_FAULT_NULL_DEREFERENCE));
  const auto again = [] {
    const Outcome outcome = run();
    std::printf("again: %s\n", outcome.failed ? outcome.message : "well");
  };
  CHECK(gets_through([=] {
    if (!on_the_same_thread) {
      again();
    }
  }));
  if (on_the_same_thread) {
    alarm(20);
    again();
    alarm(0);
    CHECK(gets_through(again));
  }
}

} // namespace

// trap 13c
CASE(static_again_on_the_same_thread) { check_once(use_static, true); }
CASE(static_again_on_another_thread) { check_once(use_static, false); }
CASE(call_once_again_on_the_same_thread) { check_once(use_call_once, true); }
CASE(call_once_again_on_another_thread) { check_once(use_call_once, false); }
CASE(pthread_once_again_on_the_same_thread) { check_once(use_pthread_once, true); }
CASE(pthread_once_again_on_another_thread) { check_once(use_pthread_once, false); }

// ---- Locks ----

// All that guards of the library's hold is released; or the error says that something was torn.
CASE(mutexes_of_frames_that_were_left) {
  make_two_threads();
  static std::mutex plain, scoped, other;
  static std::recursive_mutex recursive;
  static std::shared_mutex shared, exclusive;
  const Outcome outcome = protect([] {
    const std::lock_guard<std::mutex> one(plain);
    const std::scoped_lock<std::mutex, std::mutex> two(scoped, other);
    const std::lock_guard<std::recursive_mutex> three(recursive), four(recursive);
    const std::shared_lock<std::shared_mutex> five(shared);
    const std::unique_lock<std::shared_mutex> six(exclusive);
    call(crash);
  });
  CHECK_OUTCOME(outcome, outcome_.is_fault(BACKSTOP_FAULT_NULL_DEREFERENCE));
  if (chosen_way() == BACKSTOP_JUMP) {
    CHECK(outcome.recovery.is_torn != 0);
    return;
  }
  CHECK(gets_through([] {
    const std::lock_guard<std::mutex> one(plain);
    const std::scoped_lock<std::mutex, std::mutex> two(scoped, other);
    const std::lock_guard<std::recursive_mutex> three(recursive);
    const std::unique_lock<std::shared_mutex> five(shared), six(exclusive);
  }));
}

// ---- What the thread has ----

namespace {

struct Surroundings {
  std::exception_ptr exception = std::current_exception();
  int uncaught = std::uncaught_exceptions();
  int error_number = errno;
  int rounding = std::fegetround(), traps = fegetexcept();
};

bool operator==(const Surroundings &one, const Surroundings &other) {
  return one.exception == other.exception && one.uncaught == other.uncaught && one.error_number == other.error_number &&
         one.rounding == other.rounding && one.traps == other.traps;
}

void change_all() {
  errno = ENOENT;
  std::fesetround(FE_DOWNWARD);
  fedisableexcept(FE_ALL_EXCEPT);
  feenableexcept(FE_INVALID);
}

void crash_after_changes() {
  change_all();
  call(crash);
}

struct CrashesWhileThrowing {
  ~CrashesWhileThrowing() { crash_after_changes(); }
};

void crash_in_two_catch_blocks() {
  try {
    throw std::runtime_error("one");
  } catch (...) {
    try {
      throw std::logic_error("two");
    } catch (const std::exception &) {
      crash_after_changes();
    }
  }
}

void crash_while_throwing() {
  const CrashesWhileThrowing local;
  throw std::runtime_error("three");
}

void crash_in_what_is_thrown() {
  struct Thrown {
    Thrown() { crash_after_changes(); }
  };
  throw Thrown();
}

volatile double one = 1, quotient;

double divided(double by) {
  quotient = one / opaque(by);
  return quotient;
}

void check_surroundings() {
  for (void (*body)() : {crash, crash_after_changes, crash_in_two_catch_blocks, crash_while_throwing,
                         crash_in_what_is_thrown, give_up, terminate}) {
    errno = EXDEV;
    const Surroundings before;
    const Outcome outcome = protect(body);
    const Surroundings after;
    CHECK_OUTCOME(outcome, outcome_.failed && outcome_.kind == BACKSTOP_FAULT);
    if (!(before == after)) {
      std::fprintf(stderr, "uncaught %d %d, errno %d %d, rounding %d %d, traps %d %d, the same exception: %d\n",
                   before.uncaught, after.uncaught, before.error_number, after.error_number, before.rounding,
                   after.rounding, before.traps, after.traps, before.exception == after.exception);
    }
    CHECK(before == after);
  }
}

struct ChecksWhileThrowing {
  ~ChecksWhileThrowing() {
    CHECK(std::uncaught_exceptions() == 1);
    check_surroundings();
  }
};

} // namespace

CASE(surroundings_are_as_before) {
  check_surroundings();
  CHECK(std::fesetround(FE_UPWARD) == 0 && feenableexcept(FE_OVERFLOW) >= 0);
  check_surroundings();
  try {
    const ChecksWhileThrowing local;
    throw std::runtime_error("outer");
  } catch (const std::exception &exception) {
    check_surroundings();
    CHECK(std::strcmp(exception.what(), "outer") == 0);
    try {
      throw; // it is still what is handled
    } catch (const std::runtime_error &) {
    }
  }
  CHECK(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr);
}

CASE(traps_of_the_guarded_code_end_with_it) {
  protect([] {
    feenableexcept(FE_DIVBYZERO);
    crash();
  });
  CHECK(divided(0) > 1e300);
  feenableexcept(FE_DIVBYZERO);
  CHECK_OUTCOME(protect([] { divided(0); }), outcome_.is_fault(BACKSTOP_FAULT_FLOATING_POINT));
  CHECK_OUTCOME(protect([] { divided(0); }), outcome_.is_fault(BACKSTOP_FAULT_FLOATING_POINT));
  CHECK_OUTCOME(protect([] {
                  fedisableexcept(FE_DIVBYZERO);
                  crash();
                }),
                outcome_.is_fault(BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(fegetexcept() == FE_DIVBYZERO);
}

namespace {

bool is_blocked(int signal) {
  sigset_t mask;
  CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &mask) == 0);
  return sigismember(&mask, signal) == 1;
}

void set_blocked(int how, int signal) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, signal);
  CHECK(pthread_sigmask(how, &mask, nullptr) == 0);
}

} // namespace

CASE(signal_mask_is_as_at_the_fault) {
  set_blocked(SIG_BLOCK, SIGUSR1);
  for (void (*body)() : {crash, give_up, trap, terminate}) {
    CHECK(protect(body).failed);
    CHECK(is_blocked(SIGUSR1) && !is_blocked(SIGUSR2) && !is_blocked(SIGSEGV) && !is_blocked(SIGABRT));
  }
  // The guard makes no system call to learn what it was before.
  protect([] {
    set_blocked(SIG_UNBLOCK, SIGUSR1);
    set_blocked(SIG_BLOCK, SIGUSR2);
    crash();
  });
  CHECK(!is_blocked(SIGUSR1) && is_blocked(SIGUSR2));
}
