/* Ends with 0 if a fault is recovered, or dies by it; says first whether the program has more rights than its caller,
 * and whether exceptions say where they were thrown. */
#include "../c_abi/check.h"
#include <sys/auxv.h>

static const char *traces(void) {
  backstop_install(NULL); /* goes by the environment, as the first guarded call does */
  backstop_health health = {.size = sizeof health};
  CHECK(backstop_status(&health));
  CHECK(health.traces == BACKSTOP_TRACES_ON || health.traces == BACKSTOP_TRACES_OFF);
  return health.traces == BACKSTOP_TRACES_ON ? "with traces" : "without traces";
}

int main(void) {
  static const backstop_site site = BACKSTOP_SITE("privileged");
  printf("%s, %s\n", getauxval(AT_SECURE) ? "secure" : "plain", traces());
  fflush(stdout);
  check_leaves_no_core();
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL);
  backstop_error_free(error);
}
