// Very many faults, of all sorts, on two threads: what they leave behind, and how much stack the handler takes.
#undef NDEBUG
#include "common.h"
#include <atomic>
#include <cassert>
#include <dirent.h>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr size_t small_stack = 256 * 1024;

int *volatile nowhere;
volatile int sink, zero;
unsigned char data[64] = {1};

void read_null() { sink = *nowhere; }
void divide() { sink = opaque(77) / zero; }
void trap() { __builtin_trap(); }
void give_up() { std::abort(); }
void fail_assertion() { assert(opaque(0) == 1); }
void jump_into_data() { reinterpret_cast<void (*)()>(opaque(&data[0]))(); }
void jump_to_nowhere() { reinterpret_cast<void (*)()>(opaque(uintptr_t(0x5a5a5a5a000)))(); }
void read_noncanonical() { sink = *opaque(reinterpret_cast<int *>(0x4141414141414141)); }
void throw_error() { throw std::runtime_error("longer than a short string would be"); }

void under_destructors(void (*crash)()) {
  const std::string text(opaque(100), 'x');
  const std::vector<int> numbers(static_cast<size_t>(opaque(50)), 1);
  call(crash);
  sink = text[1] + numbers[1];
}

void read_null_under_destructors() { under_destructors(read_null); }
void divide_under_destructors() { under_destructors(divide); }
void trap_under_destructors() { under_destructors(trap); }
void abort_under_destructors() { under_destructors(give_up); }
void assert_under_destructors() { under_destructors(fail_assertion); }
void jump_under_destructors() { under_destructors(jump_into_data); }

void throw_through_noexcept() noexcept { call(throw_error); }

void swallow() {
  try {
    call(read_null_under_destructors);
  } catch (...) {
    sink = 1;
  }
  sink = 2;
}

void swallow_and_go_on() {
  for (int round = 0; round < 3; ++round) {
    swallow();
  }
}

void hop() noexcept { call(read_null); }

struct CrashingDestructor {
  ~CrashingDestructor() { call(read_null); }
};

void crash_twice() {
  const CrashingDestructor local;
  call(divide);
}

void crash_in_catch() {
  try {
    call(throw_error);
  } catch (const std::exception &) {
    call(read_null);
  }
}

__attribute__((noinline)) int recurse(int depth) {
  volatile char frame[100];
  frame[0] = static_cast<char>(depth);
  const int deeper = opaque(depth) != 0 ? recurse(depth + 1) : 0;
  return deeper + frame[0];
}

void overflow() { sink = recurse(opaque(1)); }

struct Kind {
  const char *name;
  void (*body)();
  backstop_fault_kind kind;
  bool leaves_heap; // also by a jump, which runs no destructor
};

constexpr Kind kinds[] = {
    {"null read", read_null_under_destructors, BACKSTOP_FAULT_NULL_DEREFERENCE, false},
    {"division", divide_under_destructors, BACKSTOP_FAULT_DIVIDE_BY_ZERO, false},
    {"trap", trap_under_destructors, BACKSTOP_FAULT_BUILTIN_TRAP, false},
    {"abort", abort_under_destructors, BACKSTOP_FAULT_ABORT, false},
    {"assertion", assert_under_destructors, BACKSTOP_FAULT_ASSERTION, false},
    {"terminate", throw_through_noexcept, BACKSTOP_FAULT_TERMINATE, true},
    {"jump into data", jump_under_destructors, BACKSTOP_FAULT_WILD_JUMP, false},
    {"jump to nowhere", jump_to_nowhere, BACKSTOP_FAULT_WILD_JUMP, true},
    {"non-canonical", read_noncanonical, BACKSTOP_FAULT_NON_CANONICAL, true},
    {"swallowed", swallow_and_go_on, BACKSTOP_FAULT_NULL_DEREFERENCE, false},
    {"hopped", hop, BACKSTOP_FAULT_NULL_DEREFERENCE, true},
    {"second fault", crash_twice, BACKSTOP_FAULT_DIVIDE_BY_ZERO, true},
    {"in a catch block", crash_in_catch, BACKSTOP_FAULT_NULL_DEREFERENCE, true},
};
constexpr Kind overflowing = {"stack overflow", overflow, BACKSTOP_FAULT_STACK_OVERFLOW, true};

// Whether it came back as it should. The first that doesn't is shown.
bool strike(const Kind &kind, backstop_way way) {
  // libc keeps one message for all threads: see messages_of_two_threads.
  static std::mutex one_at_a_time;
  std::unique_lock<std::mutex> lock(one_at_a_time, std::defer_lock);
  if (kind.kind == BACKSTOP_FAULT_ABORT || kind.kind == BACKSTOP_FAULT_ASSERTION) {
    lock.lock();
  }
  const Outcome outcome = protect(kind.body, way);
  const bool well = outcome.is_fault(kind.kind);
  static std::atomic<bool> shown;
  if (!well && !shown.exchange(true)) {
    std::printf("%s: %s\n", kind.name, outcome.failed ? outcome.message : "nothing happened");
    std::fflush(stdout);
  }
  return well;
}

// A jump would leave behind what destructors free.
backstop_way way_of(const Kind &kind, long round) {
  return kind.leaves_heap && round % 2 == 0 ? BACKSTOP_JUMP : BACKSTOP_UNWIND;
}

// The number of rounds that went wrong.
long strike_often(long first, long last) {
  constexpr long count = sizeof(kinds) / sizeof(*kinds);
  long wrong = 0;
  for (long round = first; round < last; ++round) {
    const Kind &kind = round % 500 == 0 ? overflowing : kinds[round % count];
    wrong += !strike(kind, way_of(kind, round / count));
  }
  return wrong;
}

// Assertions and terminate say what they have to say elsewhere meanwhile.
struct QuietStderr {
  int saved = dup(STDERR_FILENO);
  QuietStderr() {
    const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK(null >= 0 && dup2(null, STDERR_FILENO) >= 0);
    close(null);
  }
  ~QuietStderr() {
    dup2(saved, STDERR_FILENO);
    close(saved);
  }
};

long lines_of(const char *path, const char *name) {
  FILE *file = std::fopen(path, "r");
  CHECK(file != nullptr);
  char line[512];
  long count = 0, value = -1;
  while (std::fgets(line, sizeof(line), file) != nullptr) {
    ++count;
    if (name != nullptr && std::strncmp(line, name, std::strlen(name)) == 0) {
      value = std::atol(line + std::strlen(name));
    }
  }
  std::fclose(file);
  return name != nullptr ? value : count;
}

// What a process has, as far as that could leak.
struct Belongings {
  long resident_kib, mappings, descriptors;
};

Belongings belongings() {
  Belongings now = {lines_of("/proc/self/smaps_rollup", "Rss:"), lines_of("/proc/self/maps", nullptr), 0};
  DIR *directory = opendir("/proc/self/fd");
  CHECK(directory != nullptr);
  while (readdir(directory) != nullptr) {
    ++now.descriptors;
  }
  closedir(directory);
  return now;
}

// How deep the handler's stack was used since it was painted.
class Paint {
  static constexpr unsigned char colour = 0xa5;
  stack_t stack;

public:
  Paint() : stack() {
    CHECK(sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_DISABLE) == 0);
    std::memset(stack.ss_sp, colour, stack.ss_size);
  }
  size_t used() const {
    const auto *bytes = static_cast<const unsigned char *>(stack.ss_sp);
    size_t clean = 0;
    while (clean < stack.ss_size && bytes[clean] == colour) {
      ++clean;
    }
    return stack.ss_size - clean;
  }
};

// What of it a handler uses that does nothing: the kernel saves the registers there, of which some processors have
// many.
size_t signal_frame() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  action.sa_flags = SA_ONSTACK;
  CHECK(sigaction(SIGUSR1, &action, nullptr) == 0);
  const Paint paint;
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0);
  return paint.used();
}

constexpr size_t most_handler_stack = 16 * 1024;

} // namespace

CASE(a_million_faults) {
  const long rounds = amount(50'000, 1'000'000) / 2, settled = rounds / 5;
  limit_main_stack(512 * 1024);
  long wrong[2] = {};
  size_t own[2] = {};
  Belongings before = {}, after = {};
  pthread_barrier_t barrier;
  CHECK(pthread_barrier_init(&barrier, nullptr, 2) == 0);
  const auto run = [&](int number) {
    protect([] {}); // sets up the thread
    const size_t frame = signal_frame();
    const Paint paint;
    wrong[number] += strike_often(1, settled);
    pthread_barrier_wait(&barrier);
    if (number == 0) {
      before = belongings();
    }
    pthread_barrier_wait(&barrier);
    wrong[number] += strike_often(settled, rounds + 1);
    pthread_barrier_wait(&barrier);
    if (number == 0) {
      after = belongings();
    }
    pthread_barrier_wait(&barrier);
    own[number] = paint.used() - frame;
  };
  belongings(); // brings in the code that reads files
  {
    const QuietStderr quiet;
    Thread other(small_stack, [&] { run(1); });
    run(0);
    other.join();
  }
  std::printf("resident %ld -> %ld KiB, mappings %ld -> %ld, descriptors %ld -> %ld, handler's stack %zu and %zu\n",
              before.resident_kib, after.resident_kib, before.mappings, after.mappings, before.descriptors,
              after.descriptors, own[0], own[1]);
  CHECK(wrong[0] == 0 && wrong[1] == 0);
  CHECK(after.resident_kib < before.resident_kib + 1024);
  CHECK(after.mappings <= before.mappings);
  CHECK(after.descriptors == before.descriptors);
  CHECK(own[0] <= most_handler_stack && own[1] <= most_handler_stack);
}

// As above, kind by kind, so that one which goes wrong is named.
// trap 2
CASE(handler_stack_of_each_kind) {
  size_t worst = 0;
  bool all_well = true;
  const auto measure = [&](const Kind &kind, backstop_way way) {
    const size_t frame = signal_frame();
    const Paint paint;
    Outcome outcome;
    {
      const QuietStderr quiet;
      outcome = protect(kind.body, way);
    }
    const size_t own = paint.used() > frame ? paint.used() - frame : 0; // std::terminate needs no signal
    const bool well = outcome.is_fault(kind.kind);
    std::printf("%-17s %s %5zu of %zu%s\n", kind.name, way == BACKSTOP_JUMP ? "jump  " : "unwind", own, paint.used(),
                well ? "" : outcome.message);
    worst = own > worst ? own : worst;
    all_well = all_well && well;
  };
  Thread other(small_stack, [&] {
    protect([] {});
    for (const backstop_way way : {BACKSTOP_UNWIND, BACKSTOP_JUMP}) {
      for (const Kind &kind : kinds) {
        measure(kind, way);
      }
      measure(overflowing, way);
    }
  });
  other.join();
  std::fflush(stdout);
  CHECK(all_well);
  CHECK(worst <= most_handler_stack);
}

// Each abort is taken for what it was, and not for what another thread's was at the same moment.
CASE(messages_of_two_threads) {
  const long rounds = amount(20'000, 200'000);
  long wrong[2] = {};
  const auto run = [&](int number) {
    for (long round = 0; round < rounds; ++round) {
      const bool well = number == 0 ? protect(give_up).is_fault(BACKSTOP_FAULT_ABORT)
                                    : protect(fail_assertion).is_fault(BACKSTOP_FAULT_ASSERTION);
      wrong[number] += !well;
    }
  };
  {
    const QuietStderr quiet;
    Thread other(small_stack, [&] { run(1); });
    run(0);
    other.join();
  }
  std::printf("of %ld each, taken for the other: %ld aborts, %ld assertions\n", rounds, wrong[0], wrong[1]);
  std::fflush(stdout);
  CHECK(wrong[0] == 0 && wrong[1] == 0);
}
