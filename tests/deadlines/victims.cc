// Each is interrupted, and what holds afterwards is looked at.
#include "cases.h"
#include <condition_variable>
#include <map>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

std::timed_mutex shared;
volatile uint64_t sink;

namespace {

FILE *null_stream() {
  static FILE *stream = std::fopen("/dev/null", "w");
  return stream;
}

void spins() {
  for (uint64_t value = 1;; value = value * 6364136223846793005u + 1) {
    sink = value;
  }
}

void walks() {
  std::vector<int> numbers(1000);
  for (size_t at = 0;; at = (at + 1) % numbers.size()) {
    numbers[at] += static_cast<int>(at);
  }
}

void allocates() {
  for (unsigned number = 0;; ++number) {
    const std::string text(100 + number % 1000, 'x');
    const std::vector<int> numbers(number % 300 + 1);
    sink = text.size() + numbers.size();
  }
}

void keeps_trees() {
  std::map<unsigned, std::string> tree;
  for (unsigned number = 0;; ++number) {
    tree[number % 500] = std::to_string(number);
    if (number % 700 == 0) {
      tree.clear();
    }
  }
}

void prints() {
  for (int line = 0;; ++line) {
    std::fprintf(null_stream(), "line %d of %s\n", line, "many");
  }
}

void puts_lines() {
  for (;;) {
    std::fputs("a line that is written\n", null_stream());
  }
}

__attribute__((noinline)) unsigned throws_at_three(unsigned number) {
  if (number % 3 == 0) {
    throw std::runtime_error("three");
  }
  return number;
}

void throws() {
  for (unsigned number = 0;; ++number) {
    try {
      sink = throws_at_three(number);
    } catch (const std::exception &exception) {
      sink = static_cast<unsigned char>(exception.what()[0]);
    }
  }
}

void locks() {
  std::vector<unsigned> numbers(200);
  for (unsigned round = 0;; ++round) {
    const std::lock_guard<std::timed_mutex> lock(shared);
    for (unsigned &number : numbers) {
      number += round;
    }
  }
}

void locks_briefly() {
  for (;;) {
    const std::lock_guard<std::timed_mutex> lock(shared);
    sink = sink + 1;
  }
}

void sleeps() {
  for (;;) {
    usleep(100 * 1000);
  }
}

void sleeps_locked() {
  const std::lock_guard<std::timed_mutex> lock(shared);
  sleeps();
}

void polls() {
  for (;;) {
    poll(nullptr, 0, 10 * 1000);
  }
}

struct Pipe {
  int ends[2];
  Pipe() { CHECK(pipe(ends) == 0); }
  ~Pipe() {
    close(ends[0]);
    close(ends[1]);
  }
};

void reads() {
  const Pipe empty;
  char byte;
  sink = static_cast<uint64_t>(read(empty.ends[0], &byte, 1));
}

void receives() {
  int ends[2];
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const backstop::defer close_both([&] {
    close(ends[0]);
    close(ends[1]);
  });
  char byte;
  sink = static_cast<uint64_t>(recv(ends[0], &byte, 1, 0));
}

// The write blocks in the stream, whose lock it holds.
void fills_a_pipe() {
  const Pipe full;
  FILE *stream = fdopen(dup(full.ends[1]), "w");
  const backstop::defer close_it([=] {
    dup2(fileno(null_stream()), fileno(stream)); // or the flush would block again
    std::fclose(stream);
  });
  for (;;) {
    std::fputs("more than it holds\n", stream);
  }
}

void waits() {
  static std::mutex mutex;
  static std::condition_variable never;
  std::unique_lock<std::mutex> lock(mutex);
  never.wait(lock, [] { return false; });
}

void waits_for_a_lock() {
  static std::mutex taken;
  static const bool is_taken = (taken.lock(), true);
  static_cast<void>(is_taken);
  const std::lock_guard<std::mutex> lock(taken);
}

// Of functions of which it isn't known that they hold nothing, and nearly always within one.
void asks() {
  for (;;) {
    struct sigaction action;
    sigaction(SIGUSR1, nullptr, &action);
    sink = sink + 1;
    sigaction(SIGUSR2, nullptr, &action);
  }
}

void holds() {
  for (;;) {
    const backstop::hold hold;
    const std::string text(1000, 'x');
    sink = text.size();
  }
}

} // namespace

const Victim victims[] = {{"spins", spins, false, true, true},
                          {"walks", walks, false, false, true},
                          {"allocates", allocates, false, false, true},
                          {"keeps_trees", keeps_trees, false, true, true},
                          {"prints", prints, false, false, true},
                          {"puts_lines", puts_lines, false, false, true},
                          {"throws", throws, false, true, true},
                          {"locks", locks, true, true, true},
                          {"locks_briefly", locks_briefly, true, true, false},
                          {"sleeps", sleeps, false, false, true},
                          {"sleeps_locked", sleeps_locked, true, false, true},
                          {"polls", polls, false, false, true},
                          {"reads", reads, false, false, true},
                          {"receives", receives, false, false, true},
                          {"fills_a_pipe", fills_a_pipe, false, true, true},
                          {"waits", waits, false, false, true},
                          {"waits_for_a_lock", waits_for_a_lock, false, true, false},
                          {"asks", asks, false, true, false},
                          {"holds", holds, false, true, true}};
const size_t victim_count = sizeof(victims) / sizeof(*victims);

// Before the first is called: what is made here must not be interrupted.
void prepare_victims() {
  std::signal(SIGPIPE, SIG_IGN); // of streams that could not be closed
  null_stream();
}

// A torn recovery says that locks may be held. Any other says that none is. glibc notes who holds it.
void check_lock(bool may_be_held) {
  if (shared.native_handle()->__data.__owner == static_cast<int>(syscall(SYS_gettid))) {
    CHECK(may_be_held);
    shared.unlock();
  }
}

namespace {

#ifdef BACKSTOP_VOUCHED
constexpr bool is_vouched = true;
#else
constexpr bool is_vouched = false;
#endif

void check(const Victim &victim) {
  for (uint64_t round = 0; round < 20; ++round) {
    const backstop::error error = call_within((1 + round % 5) * millisecond, victim.run);
    if (!is_vouched && !is_interrupted(error)) {
      continue; // its system call has returned, before it was time for a torn recovery
    }
    CHECK(is_interrupted(error));
    if (is_vouched && !victim.may_tear && is_torn(error)) {
      std::fprintf(stderr, "%s: torn after %u tries, for %s\n", victim.name, deadline_of(error)->tries,
                   deadline_of(error)->obstacle);
      CHECK(false);
    }
    check_lock(is_torn(error));
    check_aftermath();
  }
}

} // namespace

CASE(every_victim) {
  prepare_victims();
  for (const Victim &victim : victims) {
    check(victim);
  }
}
