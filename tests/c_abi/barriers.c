/* Barriers: what lies under one is out of reach for the guards above it. */
#include "check.h"
#include <signal.h>

static const backstop_site site = BACKSTOP_SITE("work");

static void fault_behind_barrier(void *context) {
  const uint32_t previous = backstop_barrier_enter("on_event");
  check_null_write(context);
  backstop_barrier_leave(previous);
}

static void call_with_barrier(void) { backstop_error_free(backstop_call(&site, fault_behind_barrier, NULL)); }

static void abort_behind_barrier(void *context) {
  (void)context;
  const uint32_t previous = backstop_barrier_enter("on_abort");
  abort();
  backstop_barrier_leave(previous);
}

static void call_with_abort(void) { backstop_error_free(backstop_call(&site, abort_behind_barrier, NULL)); }

static void guard_behind_barrier(void *context) {
  const uint32_t previous = backstop_barrier_enter("on_event");
  backstop_error *error = backstop_call(&site, check_null_write, context);
  CHECK(error != NULL);
  backstop_error_free(error);
  backstop_barrier_leave(previous);
}

static void guard_and_fault(void *context) {
  guard_behind_barrier(context);
  check_null_write(context);
}

int main(void) {
  check_dies(SIGSEGV, "under the guard of `work`, in the callback `on_event`", call_with_barrier);
  check_dies(SIGABRT, "under the guard of `work`, in the callback `on_abort`", call_with_abort);

  CHECK(backstop_call(&site, guard_behind_barrier, NULL) == NULL);
  backstop_error *error = backstop_call(&site, guard_and_fault, NULL);
  CHECK(error != NULL);
  backstop_error_free(error);

  /* Outside of any guard there is nothing to keep from recovering. */
  const uint32_t outermost = backstop_barrier_enter("nobody's");
  error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL);
  backstop_error_free(error);
  backstop_barrier_leave(outermost);
  return 0;
}
