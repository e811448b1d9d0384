/* The zoo from C: each case that comes back does so as its row says. */
#include "backstop/zoo.h"
#include "backstop/backstop.h"
#include "check.h"
#include <stdio.h>
#include <string.h>

static int has(const char *text, const char *part) { return part == NULL || strstr(text, part) != NULL; }

static int is_same(const char *text, const char *other) {
  return text == NULL || other == NULL ? text == other : strcmp(text, other) == 0;
}

static int is_as_expected(const backstop_zoo_case *expected, const backstop_error *error) {
  if (expected->outcome == BACKSTOP_ZOO_RETURNS) {
    return error == NULL;
  }
  if (error == NULL) {
    return 0;
  }
  if (expected->outcome == BACKSTOP_ZOO_EXCEPTION) {
    const char *what = backstop_error_what(error, NULL);
    return is_same(backstop_error_type_name(error), expected->type) &&
           (what == NULL ? expected->message == NULL : has(what, expected->message));
  }
  const backstop_fault *fault = backstop_error_fault(error);
  return fault != NULL && fault->signal == expected->signal && fault->kind == expected->kind &&
         is_same(backstop_error_type_name(error), expected->type) &&
         has(backstop_error_message(error), expected->message);
}

int main(void) {
  size_t count;
  const backstop_zoo_case *cases = backstop_zoo_cases(&count);
  CHECK(count > 90);
  for (size_t index = 0; index < count; ++index) {
    const backstop_zoo_case *expected = &cases[index];
    CHECK(expected->about[0] != '\0' && has(expected->architectures, ARCHITECTURE));
    CHECK((expected->native_signal == 0) == (expected->outcome == BACKSTOP_ZOO_RETURNS));
    if (expected->outcome == BACKSTOP_ZOO_DIES) {
      continue;
    }
    const backstop_site site = BACKSTOP_SITE(expected->name);
    backstop_error *error = backstop_call(&site, backstop_zoo_call, (void *)expected);
    if (!is_as_expected(expected, error)) {
      fprintf(stderr, "%s: %s\n", expected->name, error != NULL ? backstop_error_message(error) : "no error");
      return 1;
    }
    backstop_error_free(error);
  }
  return 0;
}
