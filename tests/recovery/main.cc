// The driver: `program ROW WAY PLACE` runs one row, guarded in one of several places, and prints one line of what came
// of it. Without arguments it lists the rows.
#include "backstop/backstop.h"
#include "rows.h"
#include <atomic>
#include <cerrno>
#include <cfenv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <pthread.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Row *Row::first;
Row **Row::last = &Row::first;
std::mutex mutex;

namespace {

constexpr size_t thread_stack = 256 * 1024, main_stack = 512 * 1024;
constexpr int our_errno = 77;
constexpr unsigned time_limit = 60; // seconds

int alive;          // objects
bool has_gone_on;   // after the fault
char failures[512]; // names of checks that failed

void check(bool holds, const char *what) noexcept {
  if (!holds && std::strlen(failures) + std::strlen(what) + 2 < sizeof(failures)) {
    std::strcat(std::strcat(failures, failures[0] != '\0' ? "," : ""), what);
  }
}

// What the machine rounds and traps by.
uint64_t floating_point_control() noexcept {
#ifdef __x86_64__
  uint32_t sse = 0;
  uint16_t x87 = 0;
  __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(sse), "=m"(x87));
  return uint64_t(sse & ~0x3fU) << 16 | x87;
#else
  return static_cast<uint64_t>(fegetround());
#endif
}

uint64_t expected_control;

// Destructors must find things as ordinary code does.
void check_surroundings() noexcept {
  check(floating_point_control() == expected_control, "rounding-on-the-way");
  stack_t stack;
  check(sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_ONSTACK) == 0, "stack-on-the-way");
}

} // namespace

void count(int objects) noexcept {
  alive += objects;
  if (objects < 0) {
    check_surroundings();
  }
}

Counted::Counted() { count(1); }
Counted::~Counted() { count(-1); }
Quiet::Quiet() noexcept { count(1); }
Quiet::~Quiet() { count(-1); }

void Virtual::call() {}

void went_on() { has_gone_on = true; }

void check_failed(const char *what) noexcept { check(false, what); }

namespace {

constexpr backstop_site plain_site = BACKSTOP_SITE("plain");

void null_write(void *) { *opaque<volatile int *>(nullptr) = 1; }

FRAME int recurse(int depth) { // NOLINT: to the end of the stack
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  const int deeper = opaque(depth) != 0 ? recurse(depth + 1) : 0;
  return deeper + frame[0];
}

void overflow(void *) { recurse(opaque(1)); }

template <typename Body> void on_thread(Body body) {
  pthread_attr_t attributes;
  pthread_t thread;
  const auto start = [](void *argument) -> void * {
    (*static_cast<Body *>(argument))();
    return nullptr;
  };
  check(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, thread_stack) == 0 &&
            pthread_create(&thread, &attributes, start, &body) == 0 && pthread_join(thread, nullptr) == 0,
        "thread");
}

// The kind of the error's fault: 0 without one.
backstop_fault_kind guarded_fault(void (*body)(void *)) {
  backstop_error *error = backstop_call(&plain_site, body, nullptr);
  const backstop_fault *fault = error != nullptr ? backstop_error_fault(error) : nullptr;
  const backstop_fault_kind kind = fault != nullptr ? fault->kind : BACKSTOP_FAULT_OTHER;
  backstop_error_free(error);
  return kind;
}

} // namespace

void recovers(void (*body)(void *)) {
  check(guarded_fault(body) == BACKSTOP_FAULT_NULL_DEREFERENCE, "guarded-call-on-the-way");
}

namespace {

// What a guarded call is to leave as it was.
struct State {
  sigset_t mask;
  stack_t alternate;
  rlimit stack;
  uint64_t control;
  uint32_t depth;
  int uncaught;
  std::exception_ptr current;
};

State state_now() {
  State state = {};
  pthread_sigmask(SIG_BLOCK, nullptr, &state.mask);
  sigaltstack(nullptr, &state.alternate);
  getrlimit(RLIMIT_STACK, &state.stack);
  state.control = floating_point_control();
  state.depth = backstop_barrier_enter("state");
  backstop_barrier_leave(state.depth);
  state.uncaught = std::uncaught_exceptions();
  state.current = std::current_exception();
  return state;
}

void check_same(const State &before, const State &after) {
  bool same_mask = true;
  for (int signal = 1; signal < NSIG; ++signal) {
    same_mask = same_mask && sigismember(&before.mask, signal) == sigismember(&after.mask, signal);
  }
  check(same_mask, "mask");
  check(before.alternate.ss_sp == after.alternate.ss_sp && before.alternate.ss_flags == after.alternate.ss_flags,
        "alternate-stack");
  check(before.stack.rlim_cur == after.stack.rlim_cur, "stack-limit");
  check(before.control == after.control, "rounding");
  check(before.depth == after.depth, "depth");
  check(before.uncaught == after.uncaught, "uncaught-exceptions");
  check(before.current == after.current, "current-exception");
}

void use_heap() {
  for (const size_t size : {1UL, 24UL, 100UL, 1000UL, 5000UL, 70000UL, 300000UL}) {
    void *blocks[3];
    for (void *&block : blocks) {
      block = std::malloc(size);
      check(block != nullptr, "malloc");
      std::memset(opaque(block), 1, size);
    }
    for (void *block : blocks) {
      std::free(block);
    }
  }
}

void check_well() {
  use_heap();
  for (int round = 0; round < 6; ++round) { // more than there is room for at a time
    check(guarded_fault(null_write) == BACKSTOP_FAULT_NULL_DEREFERENCE, "second-fault");
  }
  check(guarded_fault(overflow) == BACKSTOP_FAULT_STACK_OVERFLOW, "second-overflow");
  check(guarded_fault(null_write) == BACKSTOP_FAULT_NULL_DEREFERENCE, "third-fault");
  backstop_error *error = backstop_call(&plain_site, [](void *) { throw std::runtime_error("plain"); }, nullptr);
  check(error != nullptr && backstop_error_kind(error) == BACKSTOP_EXCEPTION, "exception");
  backstop_error_free(error);
}

// What is known of a run of the row. (Its accessors' answers go with the error.)
struct Report {
  backstop_error_kind_t kind; // 0: the call returned
  int signal;
  backstop_fault_kind fault;
  backstop_recovery recovery;
  int lost; // objects
  bool is_locked;
  char message[256];
};

// Whether the frames that are listed agree with the counts.
void check_frames(const backstop_recovery &recovery) {
  uint32_t listed[BACKSTOP_FRAME_JUMPED + 1] = {};
  bool is_outside = false;
  for (size_t index = 0; index < recovery.frame_count; ++index) {
    const backstop_frame_state state = recovery.frames[index].state;
    check(!is_outside || state == BACKSTOP_FRAME_OUTSIDE, "frames-outside-inside");
    is_outside = is_outside || state == BACKSTOP_FRAME_OUTSIDE;
    ++listed[state];
  }
  if (recovery.left_out == 0 && recovery.truncated == 0) {
    check(listed[BACKSTOP_FRAME_UNWOUND] == recovery.unwound, "unwound-frames");
    check(listed[BACKSTOP_FRAME_UNVOUCHED] == recovery.unvouched, "unvouched-frames");
    check(listed[BACKSTOP_FRAME_HOPPED] == recovery.hopped, "hopped-frames");
    check(listed[BACKSTOP_FRAME_JUMPED] == recovery.jumped, "jumped-frames");
  }
  const bool is_explained = recovery.unvouched + recovery.hopped + recovery.jumped > 0 || recovery.truncated != 0;
  check(recovery.is_torn == 0 || is_explained, "torn-unexplained");
  check(recovery.way == BACKSTOP_JUMP || recovery.jumped == 0, "jumped-by-unwinding");
}

bool is_free_elsewhere() {
  bool is_free = false;
  on_thread([&] {
    is_free = mutex.try_lock();
    if (is_free) {
      mutex.unlock();
    }
  });
  return is_free;
}

Report run_guarded(const Row &row, backstop_way way) {
  static backstop_domain domain = BACKSTOP_DOMAIN("rows");
  const backstop_site site = {row.name, __FILE__, __LINE__, way, &domain, 0};
  alive = 0;
  has_gone_on = false;
  const State before = state_now();
  expected_control = before.control;
  errno = our_errno;
  backstop_error *error = backstop_call(&site, row.body, nullptr);
  const int error_number = errno;
  Report report = {};
  report.lost = alive;
  check(!has_gone_on, "went-on");
  check_same(before, state_now());
  check(error != nullptr, "no-error");
  if (error == nullptr) {
    return report;
  }
  report.kind = backstop_error_kind(error);
  std::snprintf(report.message, sizeof(report.message), "%s", backstop_error_message(error));
  if (const backstop_fault *fault = backstop_error_fault(error)) {
    check(error_number == our_errno, "errno");
    report.signal = fault->signal;
    report.fault = fault->kind;
    report.recovery = *backstop_error_recovery(error);
    check_frames(report.recovery);
    check((backstop_domain_is_tainted(&domain) != 0) == (report.recovery.is_torn != 0), "taint");
  }
  report.is_locked = !is_free_elsewhere();
  backstop_domain_reset(&domain);
  backstop_error_free(error);
  return report;
}

Report run_on_main(const Row &row, backstop_way way) { return run_guarded(row, way); }

Report run_on_thread(const Row &row, backstop_way way) {
  Report report = {};
  on_thread([&] {
    fesetround(FE_UPWARD);
    check(guarded_fault(null_write) == BACKSTOP_FAULT_NULL_DEREFERENCE, "first-fault");
    report = run_guarded(row, way);
    check_well();
  });
  return report;
}

struct Inside {
  const Row &row;
  backstop_way way;
  bool has_barrier;
  Report report;
  bool has_continued, has_destroyed;
};

// In a guarded call that goes on, and handles an exception meanwhile.
Report run_inside(const Row &row, backstop_way way, bool has_barrier) {
  Inside run = {row, way, has_barrier, {}, false, false};
  const auto outer = [](void *argument) {
    auto &run = *static_cast<Inside *>(argument);
    struct Object {
      bool &has_destroyed;
      ~Object() { has_destroyed = true; }
    } const object = {run.has_destroyed};
    try {
      throw 5;
    } catch (int number) {
      const uint32_t depth = run.has_barrier ? backstop_barrier_enter("callback") : 0;
      run.report = run_guarded(run.row, run.way);
      if (run.has_barrier) {
        backstop_barrier_leave(depth);
      }
      run.has_continued = number == 5;
    }
  };
  backstop_error *error = backstop_call(&plain_site, outer, &run);
  check(error == nullptr && run.has_continued && run.has_destroyed, "outer");
  backstop_error_free(error);
  return run.report;
}

Report run_nested(const Row &row, backstop_way way) { return run_inside(row, way, false); }

Report run_in_callback(const Row &row, backstop_way way) { return run_inside(row, way, true); }

struct Place {
  const char *name;
  Report (*run)(const Row &row, backstop_way way);
};

constexpr Place places[] = {
    {"main", run_on_main}, {"thread", run_on_thread}, {"nested", run_nested}, {"callback", run_in_callback}};

const char *outcome_of(const Report &report) {
  if (report.kind == 0) {
    return "returned";
  }
  if (report.kind != BACKSTOP_FAULT) {
    return "exception";
  }
  return report.recovery.is_torn != 0 ? "torn" : "clean";
}

// What one run came to must hold for the next one.
void run_again(const Row &row, backstop_way way, const Place &place) {
  const Report again = place.run(row, way);
  check(std::strcmp(outcome_of(again), "clean") == 0 && again.lost == 0 && !again.is_locked, "again");
}

void print(const Report &report) {
  const backstop_recovery &recovery = report.recovery;
  std::printf("\nresult outcome=%s lost=%d locked=%d way=%s unwound=%u unvouched=%u hopped=%u jumped=%u "
              "second_signal=%d truncated=%d signal=%d kind=%d failures=%s message=%s\n",
              outcome_of(report), report.lost, report.is_locked, recovery.way == BACKSTOP_JUMP ? "jump" : "unwind",
              recovery.unwound, recovery.unvouched, recovery.hopped, recovery.jumped, recovery.second_signal,
              recovery.truncated, report.signal, report.fault, failures, report.message);
  std::fflush(stdout);
}

void run(const Row &row, backstop_way way, const Place &place) {
  const Report report = place.run(row, way);
  const backstop_recovery &recovery = report.recovery;
  const bool is_clean = report.kind == BACKSTOP_FAULT && recovery.is_torn == 0;
  if (is_clean && row.after == nullptr) {
    run_again(row, way, place);
  }
  const bool is_unwound =
      report.kind == BACKSTOP_FAULT && recovery.hopped + recovery.jumped == 0 && recovery.truncated == 0;
  if (is_unwound && row.after != nullptr) {
    check(backstop_call(
              &plain_site, [](void *after) { reinterpret_cast<void (*)()>(after)(); },
              reinterpret_cast<void *>(row.after)) == nullptr,
          "after");
  }
  check_well();
  on_thread(check_well);
  on_thread([&] { print(report); }); // hangs if the lock of stdout is held
}

} // namespace

int main(int argument_count, char **arguments) {
  if (argument_count != 4) {
    for (const Row *row = Row::first; row != nullptr; row = row->next) {
      std::printf("%s\t%s\n", row->name, row->what);
    }
    return 0;
  }
  alarm(time_limit);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  rlimit stack;
  getrlimit(RLIMIT_STACK, &stack);
  stack.rlim_cur = main_stack;
  setrlimit(RLIMIT_STACK, &stack);
  fesetround(FE_UPWARD);
  check(guarded_fault(null_write) == BACKSTOP_FAULT_NULL_DEREFERENCE, "first-fault");

  const backstop_way way = std::strcmp(arguments[2], "jump") == 0 ? BACKSTOP_JUMP : BACKSTOP_UNWIND;
  for (const Row *row = Row::first; row != nullptr; row = row->next) {
    for (const Place &place : places) {
      if (std::strcmp(row->name, arguments[1]) == 0 && std::strcmp(place.name, arguments[3]) == 0) {
        run(*row, way, place);
        return 0;
      }
    }
  }
  return 2;
}
