/* C++ exceptions, caught from C. Also part of a program without fault support. */
#include "check.h"
#include "throws.h"
#include <signal.h>

static const backstop_site site = BACKSTOP_SITE("thrower");

static backstop_error *call(void (*function)(void *), const char *text) {
  char copy[64];
  strncpy(copy, text, sizeof(copy) - 1);
  copy[sizeof(copy) - 1] = '\0';
  return backstop_call(&site, function, copy);
}

static void check_runtime_error(void) {
  backstop_error *error = call(throw_runtime_error, "out of sorts");
  CHECK(error != NULL);
  CHECK(backstop_error_kind(error) == BACKSTOP_EXCEPTION);
  CHECK(backstop_error_fault(error) == NULL);
  CHECK(backstop_error_site(error) == &site);
  CHECK(strcmp(backstop_error_type_name(error), "std::runtime_error") == 0);
  size_t length = 0;
  CHECK(strcmp(backstop_error_what(error, &length), "out of sorts") == 0 && length == 12);
  CHECK(strcmp(backstop_error_message(error), "thrower: std::runtime_error: out of sorts") == 0);
  backstop_error_free(error);
}

static void check_other_types(void) {
  backstop_error *error = call(throw_int, "");
  CHECK(error != NULL && strcmp(backstop_error_type_name(error), "int") == 0);
  CHECK(backstop_error_what(error, NULL) == NULL);
  backstop_error_free(error);

  error = call(throw_string_with_nul, "");
  size_t length = 0;
  CHECK(error != NULL && memcmp(backstop_error_what(error, &length), "a\0b", 4) == 0 && length == 3);
  backstop_error_free(error);
}

static void check_terminate(void) {
  backstop_error *error = call(throw_out_of_noexcept, "stopped");
  CHECK(error != NULL && backstop_error_kind(error) == BACKSTOP_FAULT);
  CHECK(backstop_error_fault(error)->kind == BACKSTOP_FAULT_TERMINATE);
  CHECK(backstop_error_fault(error)->signal == SIGABRT);
  CHECK(strcmp(backstop_error_type_name(error), "std::runtime_error") == 0);
  CHECK(strcmp(backstop_error_what(error, NULL), "stopped") == 0);
  backstop_error_free(error);
}

static void throw_to_terminate(void) { backstop_error_free(call(throw_out_of_noexcept, "stopped")); }

static void fault(void) { backstop_error_free(backstop_call(&site, check_null_write, NULL)); }

/* What is left where there is no fault support, and where it is switched off. */
static void check_without_faults(void) {
  CHECK(backstop_install(NULL) == BACKSTOP_OK);
  check_dies(SIGABRT, "terminate", throw_to_terminate);
  check_dies(SIGSEGV, "", fault);
}

int main(void) {
  if (backstop_support() == BACKSTOP_SUPPORT_FAULTS) {
    check_terminate();
  } else {
    check_without_faults();
  }
  for (int round = 0; round < 3; ++round) {
    check_runtime_error();
    check_other_types();
  }
  return 0;
}
