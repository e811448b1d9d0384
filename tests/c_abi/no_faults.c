/* What the functions answer on a target without fault support. */
#include "check.h"

static backstop_answer never(const backstop_fault *fault, void *info, void *context, void *data) {
  (void)fault, (void)info, (void)context, (void)data;
  return BACKSTOP_CONTINUE;
}

int main(void) {
  CHECK(backstop_support() == BACKSTOP_SUPPORT_UNAVAILABLE);
  CHECK(backstop_install(NULL) == BACKSTOP_OK);
  CHECK(backstop_install(NULL) == BACKSTOP_ALREADY_INSTALLED);
  const backstop_options wrong_size = {1, 0, 0, 0, 0, 0}, wrong_traces = {sizeof(backstop_options), 0, 0, 3, 0, 0};
  CHECK(backstop_install(&wrong_size) == BACKSTOP_INVALID_OPTIONS);
  CHECK(backstop_install(&wrong_traces) == BACKSTOP_INVALID_OPTIONS);
  CHECK(!backstop_add_handler(never, NULL, 0));
  CHECK(!backstop_remove_handler(never, NULL));
  backstop_barrier_leave(backstop_barrier_enter("callback"));
  return 0;
}
