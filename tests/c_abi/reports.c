/* What operators read: the report of an error. */
#include "check.h"
#include "throws.h"

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

int main(void) {
  check_fault();
  check_exception();
  return 0;
}
