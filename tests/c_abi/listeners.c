/* Listeners: told of every fault that was recovered, in ordinary context, each under a guard of its own. */
#include "check.h"
#include <errno.h>
#include <fenv.h>
#include <signal.h>

static const backstop_site site = BACKSTOP_SITE("work");

/* Who was told, in turn. */
static char told[8];
static const backstop_error *told_of;

static void note(const backstop_error *error, void *data) {
  told_of = error;
  strncat(told, (const char *)data, 1);
  free(malloc(100)); /* ordinary context */
  CHECK(backstop_error_kind(error) == BACKSTOP_FAULT && backstop_error_fault(error)->signal == SIGSEGV);
  CHECK(strncmp(backstop_error_message(error), "work: null dereference", 22) == 0);
  CHECK(backstop_error_recovery(error)->size == sizeof(backstop_recovery));
  errno = ERANGE;
  fesetround(FE_DOWNWARD);
  fesetround(FE_TONEAREST);
}

static void crash(const backstop_error *error, void *data) {
  (void)error;
  *(volatile int *)check_nowhere = 1;
  strncat(told, (const char *)data, 1);
}

static void behave(void *context) { (void)context; }

static void crash_again(const backstop_error *error, void *data) {
  (void)error;
  if (strlen(told) < 3) {
    strncat(told, (const char *)data, 1);
    backstop_error_free(backstop_call(&site, check_null_write, NULL));
  }
}

static void check_told(const char *expected) {
  told[0] = '\0';
  errno = EDOM;
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL && errno == EDOM);
  CHECK(told[0] == '\0' || strchr(told, 'a') == NULL || told_of == error);
  CHECK(strcmp(told, expected) == 0);
  backstop_error_free(error);
}

static void check_order(char *names) {
  CHECK(!backstop_remove_listener(note, names));
  for (int index = 0; index < 3; ++index) {
    CHECK(backstop_add_listener(note, names + index, 0));
  }
  check_told("cba");
  CHECK(backstop_remove_listener(note, names + 1));
  CHECK(!backstop_remove_listener(note, names + 1));
  CHECK(backstop_add_listener(note, names + 1, -1));
  check_told("cab");
  told[0] = '\0';
  CHECK(backstop_call(&site, behave, NULL) == NULL && told[0] == '\0');
  CHECK(backstop_remove_listener(note, names + 1) && backstop_remove_listener(note, names + 2));
}

/* More often than recoveries may be going on at a time: each is over when its listener is. */
static void check_crashes(char *names) {
  CHECK(backstop_add_listener(crash, names + 1, 1));
  for (int round = 0; round < 100; ++round) {
    check_told("a");
  }
  CHECK(backstop_remove_listener(crash, names + 1));
}

/* A listener's own guarded calls are guarded calls as any. */
static void check_nested(char *names) {
  CHECK(backstop_add_listener(crash_again, names + 2, 1));
  told[0] = '\0';
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL && strcmp(told, "cccaaaa") == 0);
  backstop_error_free(error);
  CHECK(backstop_remove_listener(crash_again, names + 2));
}

int main(void) {
  static char names[] = "abc";
  check_order(names);
  check_crashes(names);
  check_nested(names);
  CHECK(backstop_remove_listener(note, names));
  check_told("");
  return 0;
}
