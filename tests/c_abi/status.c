/* What operators read: how things stand. */
#include "check.h"
#include <signal.h>
#include <sys/ptrace.h>

static const backstop_site site = BACKSTOP_SITE("worker");

static backstop_health now(void) {
  backstop_health health = {0};
  health.size = sizeof(health);
  CHECK(backstop_status(&health));
  CHECK(health.signal_count == 7);
  return health;
}

static backstop_signal_status signal_now(int signal) {
  const backstop_health health = now();
  for (size_t index = 0; index < health.signal_count; ++index) {
    if (health.signals[index].signal == signal) {
      return health.signals[index];
    }
  }
  CHECK(!"it is one of the seven");
  return health.signals[0];
}

static void look_from_within(void *context) { *(backstop_health *)context = now(); }

static void check_before(void) {
  backstop_health health = {0};
  CHECK(!backstop_status(&health)); /* no size */
  health = now();
  CHECK(health.support == BACKSTOP_SUPPORT_FAULTS && !health.is_installed && !health.thread_is_prepared);
  CHECK(!signal_now(SIGSEGV).is_handled && !signal_now(SIGSEGV).is_on_top && signal_now(SIGSEGV).handler == 0);
}

static void someone_elses(int signal) { (void)signal; }

static void check_after(void) {
  CHECK(signal(SIGBUS, someone_elses) != SIG_ERR);
  CHECK(signal(SIGFPE, SIG_IGN) != SIG_ERR);
  backstop_health health;
  CHECK(backstop_call(&site, look_from_within, &health) == NULL);
  CHECK(health.is_installed && health.thread_is_prepared && health.thread_depth == 1);
  CHECK(health.alternate_stack_is_ours && health.alternate_stack_size >= health.alternate_stack_needed);
  CHECK(health.stack_low < (uintptr_t)&health && (uintptr_t)&health < health.stack_high);
  CHECK(now().thread_depth == 0);
  CHECK(signal_now(SIGSEGV).is_handled && signal_now(SIGSEGV).is_on_top && signal_now(SIGSEGV).previous == 0);
  CHECK(signal_now(SIGSEGV).handler > 1);
  CHECK(signal_now(SIGBUS).previous == (uintptr_t)someone_elses && signal_now(SIGFPE).previous == 1);

  const backstop_signal_status before = signal_now(SIGBUS);
  CHECK((uintptr_t)signal(SIGBUS, someone_elses) == before.handler);
  CHECK(signal_now(SIGBUS).is_handled && !signal_now(SIGBUS).is_on_top);
  CHECK(signal_now(SIGBUS).handler == (uintptr_t)someone_elses);

  sigset_t mask;
  CHECK(sigemptyset(&mask) == 0 && sigaddset(&mask, SIGILL) == 0 && sigprocmask(SIG_BLOCK, &mask, NULL) == 0);
  CHECK(signal_now(SIGILL).is_blocked && !signal_now(SIGSEGV).is_blocked);
}

static void check_names(void) {
  CHECK(strncmp(signal_now(SIGSEGV).handler_name, "backstop in ", 12) == 0);
  CHECK(strcmp(signal_now(SIGSEGV).previous_name, "default action") == 0);
  CHECK(strcmp(signal_now(SIGFPE).previous_name, "ignored") == 0);
  CHECK(strstr(signal_now(SIGBUS).handler_name, "+0x") != NULL); /* a static function has no symbol here */
  CHECK(strcmp(signal_now(SIGBUS).handler_name, signal_now(SIGBUS).previous_name) == 0);

  CHECK(signal(SIGTRAP, exit) != SIG_ERR);
  CHECK(strncmp(signal_now(SIGTRAP).handler_name, "exit in libc", 12) == 0);
  CHECK(signal(SIGTRAP, (void (*)(int))(uintptr_t)16) != SIG_ERR); /* no code that the loader knows of */
  CHECK(strcmp(signal_now(SIGTRAP).handler_name, "") == 0);
}

/* Nobody has to read the child's end but us: it runs on until a signal comes. */
static void check_debugger(void) {
  if (now().debugger != 0) {
    return; /* the tests themselves are being debugged */
  }
  const pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) {
      puts("no debugger to tell: ptrace is not there, as under qemu-user");
      _Exit(0);
    }
    _Exit(now().debugger == getppid() ? 0 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void) {
  check_before();
  check_after();
  check_names();
  check_debugger();
  CHECK(strcmp(now().sanitizers, "") == 0 && strcmp(now().host, "") == 0);
  return 0;
}
