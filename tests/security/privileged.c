/* Ends with 0 if a fault is recovered, or dies by it; says first whether the program has more rights than its caller.
 */
#include "../c_abi/check.h"
#include <sys/auxv.h>

int main(void) {
  static const backstop_site site = BACKSTOP_SITE("privileged");
  puts(getauxval(AT_SECURE) ? "secure" : "plain");
  fflush(stdout);
  check_leaves_no_core();
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL);
  backstop_error_free(error);
}
