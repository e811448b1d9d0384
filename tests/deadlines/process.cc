// Deadlines and the rest of the process: forks, stops, other signals, idle times, threads that come and go.
#include "../../cpp/thread.h"
#include "cases.h"
#include <atomic>
#include <cerrno>
#include <csignal>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

void sleep_on() {
  for (;;) {
    usleep(100 * 1000);
  }
}

void check_deadline() { CHECK(is_interrupted(call_within(2 * millisecond, sleep_on))); }

int signal_in_use() {
  backstop_health health = {};
  health.size = sizeof(health);
  CHECK(backstop_status(&health));
  return health.deadline_signal;
}

std::atomic<int> foreign;
void note_foreign(int) { ++foreign; }

} // namespace

CASE(no_thread_before_the_first) {
  CHECK_RECOVERS();
  CHECK(signal_in_use() == 0);
  check_deadline();
  CHECK(signal_in_use() >= SIGRTMIN && signal_in_use() <= SIGRTMAX);
}

CASE(after_an_idle_time) {
  check_deadline();
  usleep(2500 * 1000); // the watchdog has gone to sleep
  check_deadline();
}

CASE(in_a_child) {
  check_deadline();
  const pid_t child = fork_child();
  if (child == 0) {
    check_deadline();
    std::_Exit(0);
  }
  CHECK(status_of(child) == 0);
  check_deadline();
}

// Within a guarded call with a deadline: the child has its own time.
CASE(fork_within_a_call) {
  const backstop::error error = call_within(1000 * millisecond, [] {
    const pid_t child = fork_child();
    if (child == 0) {
      check_deadline();
      std::_Exit(0);
    }
    CHECK(status_of(child) == 0);
    sleep_on();
  });
  CHECK(is_interrupted(error));
}

// A stop of the whole process doesn't count.
CASE(stopped) {
  const pid_t self = getpid(), helper = fork_child();
  if (helper == 0) {
    usleep(100 * 1000);
    kill(self, SIGSTOP);
    usleep(1500 * 1000);
    kill(self, SIGCONT);
    std::_Exit(0);
  }
  const uint64_t start = clock_now();
  const backstop::error error = call_within(1000 * millisecond, sleep_on);
  const uint64_t took = clock_now() - start;
  status_of(helper);
  CHECK(is_interrupted(error));
  CHECK(took >= 2200 * millisecond); // of which it ran for one second
}

CASE(chosen_signal) {
  std::signal(SIGRTMIN + 5, note_foreign);
  const backstop_options options = {sizeof(options), 0, 0, BACKSTOP_TRACES_OFF, 0, SIGRTMIN + 5};
  CHECK(backstop_install(&options) == BACKSTOP_OK);
  check_deadline();
  CHECK(signal_in_use() == SIGRTMIN + 5);
  std::raise(SIGRTMIN + 5); // by somebody else: for the handler that was there
  CHECK(foreign == 1);
  check_deadline();
}

// The default action of a real-time signal that nobody has sent for a deadline.
CASE(foreign_signal_kills) {
  check_deadline();
  marker();
  std::raise(signal_in_use());
}

// What runs after a call that ended just at its deadline is not woken from a system call.
CASE(no_stray_signal) {
  for (int round = 0; round < 2000; ++round) {
    const uint64_t end = clock_now() + 300000;
    call_within(300000, [=] {
      while (clock_now() < end) {
        sink = sink + 1;
      }
    });
    const timespec moment = {0, 200000};
    CHECK(nanosleep(&moment, nullptr) == 0);
  }
}

CASE(threads_come_and_go) {
  for (int round = 0; round < 40; ++round) {
    std::vector<std::thread> threads;
    for (int number = 0; number < 8; ++number) {
      threads.emplace_back(check_deadline);
    }
    for (std::thread &thread : threads) {
      thread.join();
    }
  }
  check_aftermath();
}

// A program's own handler is not to be left.
CASE(within_a_signal_handler) {
  static std::atomic<bool> has_ended;
  std::signal(SIGUSR1, [](int) {
    for (const uint64_t end = clock_now() + 60 * millisecond; clock_now() < end;) {
      sink = sink + 1;
    }
    has_ended = true;
  });
  const backstop::error error = call_within(20 * millisecond, [] {
    std::raise(SIGUSR1);
    sleep_on();
  });
  CHECK(is_interrupted(error) && has_ended);
}

CASE(steps_meet_a_debugger_trap) {
  check_deadline();
  const backstop::error trap = call_within(1000 * millisecond, [] { __builtin_trap(); });
  CHECK(backstop_error_kind(trap.get()) == BACKSTOP_FAULT);
  check_deadline();
}

// Nothing was tried, for the call was on its way to a better moment; and then it returned.
CASE(returns_between_steps) {
  check_deadline();
  backstop::error error;
  for (int round = 0; round < 100; ++round) {
    error = call_within(millisecond, [] {
      volatile backstop::runtime::Thread &self = backstop::runtime::thread;
      self.steps = 100;
      while (self.interruption.tries == 0) {
      }
      self.steps = 0;
    });
    if (!is_interrupted(error)) {
      break;
    }
  }
  CHECK(!is_interrupted(error) && deadline_of(error)->obstacle != nullptr);
  CHECK(std::strstr(backstop_error_message(error.get()), "it could not be interrupted, for ") != nullptr);
}
