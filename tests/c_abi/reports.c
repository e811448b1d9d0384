/* What operators read: the report of an error, and how things stand. */
#include "check.h"
#include "throws.h"
#include <signal.h>

static const backstop_site site = BACKSTOP_SITE("reporter");

static char text[64 * 1024];

static void check_says(const char *expected) {
  if (strstr(text, expected) == NULL) {
    fprintf(stderr, "no `%s` in\n%s\n", expected, text);
    _Exit(1);
  }
}

static void check_fault(void) {
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL);
  const size_t length = backstop_error_report(error, text, sizeof(text));
  CHECK(length == strlen(text) && text[length - 1] == '\n');
  CHECK(strncmp(text, backstop_error_message(error), strlen(backstop_error_message(error))) == 0);
  check_says("\n  recovery: ");
  check_says("\n  thread: ");
  check_says("\n  registers:\n");
  check_says("\n  backtrace:\n    0: 0x");
  check_says(" + 0x"); /* a symbol's, or else a module's with its build id */

  char little[8];
  memset(little, 'x', sizeof(little));
  CHECK(backstop_error_report(error, little, sizeof(little) - 1) == length);
  CHECK(strlen(little) == 6 && strncmp(little, text, 6) == 0 && little[7] == 'x');
  CHECK(backstop_error_report(error, NULL, 0) == length);
  backstop_error_free(error);
}

static void check_exception(void) {
  char what[] = "out of sorts";
  backstop_error *error = backstop_call(&site, throw_runtime_error, what);
  CHECK(error != NULL && backstop_error_report(error, text, sizeof(text)) > 0);
  const char *first = "reporter: std::runtime_error: out of sorts\n";
  CHECK(strncmp(text, first, strlen(first)) == 0);
  CHECK((strstr(text, "\n  thrown from:\n    0: 0x") != NULL) == (backstop_error_trace(error) != NULL));
  backstop_error_free(error);
}

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

int main(void) {
  check_before();
  check_after();
  check_fault();
  check_exception();
  return 0;
}
