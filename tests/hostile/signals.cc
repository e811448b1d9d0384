// The program's own handlers, and signals that are sent.
#include "../support/cases.h"
#include <csetjmp>
#include <csignal>
#include <sys/syscall.h>

namespace {

constexpr int seven[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

backstop_answer fault_always(const backstop_fault *, void *, void *, void *) {
  null_write();
  return BACKSTOP_CONTINUE;
}

backstop_answer fault_once(const backstop_fault *, void *, void *, void *) {
  static volatile bool done = false;
  if (!done) {
    done = true;
    null_write();
  }
  return BACKSTOP_CONTINUE;
}

sigjmp_buf way_out;

} // namespace

// trap 17
CASE(listener_faults) {
  CHECK(backstop_add_handler(fault_always, nullptr, 0));
  marker();
  guarded(null_write);
}

CASE(listener_faults_and_the_previous_handler_jumps) {
  std::signal(SIGSEGV, [](int) { siglongjmp(way_out, 1); });
  CHECK(backstop_add_handler(fault_once, nullptr, 0));
  if (sigsetjmp(way_out, 1) == 0) {
    null_write();
    CHECK(false);
  }
  CHECK_RECOVERS();
  CHECK_RECOVERS();
}

namespace {

void set_all(void (*handler)(int), int flags) {
  for (const int signal : seven) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    CHECK(sigaction(signal, &action, nullptr) == 0);
  }
}

// A byte follows the signal, so that a read which goes on has something to end with.
void check_uninterrupted_by(int signal) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  const pid_t child = fork_child();
  if (child == 0) {
    usleep(30000); // until the read has begun
    kill(getppid(), signal);
    usleep(30000);
    _exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
  }
  char byte;
  CHECK(read(ends[0], &byte, 1) == 1);
  CHECK(status_of(child) == 0);
  close(ends[0]);
  close(ends[1]);
}

void check_uninterrupted() {
  CHECK(backstop_install(nullptr) == BACKSTOP_OK);
  for (const int signal : seven) {
    check_uninterrupted_by(signal);
  }
  CHECK_RECOVERS();
}

volatile int handled = 0;

} // namespace

CASE(ignored_signals_interrupt_nothing) {
  set_all(SIG_IGN, 0);
  check_uninterrupted();
}

CASE(restarting_handlers_interrupt_nothing) {
  set_all([](int) { handled = handled + 1; }, SA_RESTART);
  check_uninterrupted();
  CHECK(handled == 7);
}

// What the kernel sends when it hears of failing memory, for a process that asked to be told early.
CASE(memory_failure_elsewhere) {
  CHECK(backstop_install(nullptr) == BACKSTOP_OK);
  siginfo_t info = {};
  info.si_signo = SIGBUS;
  info.si_code = BUS_MCEERR_AO;
  info.si_addr = reinterpret_cast<void *>(0x1000);
  marker();
  syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), SIGBUS, &info);
}
