/* Installing by hand: what is refused, what is kept, and what the options do. */
#include "check.h"
#include <signal.h>

static const backstop_site site = BACKSTOP_SITE("work");

static void trap(void *context) {
  (void)context;
  __builtin_trap();
}

static void trap_under_guard(void) { backstop_error_free(backstop_call(&site, trap, NULL)); }

static uint64_t bit(int signal) { return (uint64_t)1 << signal; }

static void check_invalid(size_t size, uint64_t signals, backstop_traces traces) {
  const backstop_options options = {size, signals, 0, traces, 0, 0};
  CHECK(backstop_install(&options) == BACKSTOP_INVALID_OPTIONS);
}

int main(void) {
  check_invalid(0, 0, 0);
  check_invalid(sizeof(backstop_options) - 1, 0, 0);
  check_invalid(sizeof(backstop_options) + 8, 0, 0);
  check_invalid(sizeof(backstop_options), bit(SIGUSR1), 0);
  check_invalid(sizeof(backstop_options), bit(SIGSEGV) | bit(SIGKILL), 0);
  check_invalid(sizeof(backstop_options), 0, -1);
  check_invalid(sizeof(backstop_options), 0, 3);

  struct sigaction before, after;
  sigaction(CHECK_TRAP_SIGNAL, NULL, &before);
  const backstop_options options = {sizeof(options), bit(SIGSEGV) | bit(SIGABRT), 256 * 1024, 0, 0, 0};
  CHECK(backstop_install(&options) == BACKSTOP_OK);
  CHECK(backstop_install(&options) == BACKSTOP_ALREADY_INSTALLED);
  CHECK(backstop_install(NULL) == BACKSTOP_ALREADY_INSTALLED);
  check_invalid(0, 0, 0);

  /* The chosen signals are handled, on the chosen stack. */
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL && backstop_error_fault(error)->signal == SIGSEGV);
  backstop_error_free(error);
  stack_t stack;
  CHECK(sigaltstack(NULL, &stack) == 0);
  CHECK(!(stack.ss_flags & SS_DISABLE) && stack.ss_size >= 256 * 1024);

  /* The others are left alone. */
  sigaction(CHECK_TRAP_SIGNAL, NULL, &after);
  CHECK(before.sa_handler == after.sa_handler && before.sa_flags == after.sa_flags);
  check_dies(CHECK_TRAP_SIGNAL, "", trap_under_guard);
  return 0;
}
