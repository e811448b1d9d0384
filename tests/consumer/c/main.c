/* The commonest crashes of C, each caught and printed. Exit code 1 if one was not caught, or not as what it was. */
#undef NDEBUG
#include <assert.h>
#include <backstop/backstop.h>
#include <stdio.h>
#include <stdlib.h>

static int *volatile nowhere = NULL;
static volatile int zero = 0;
static volatile int depth = 0;

static void write_null(void *context) {
  (void)context;
  *(volatile int *)nowhere = 1;
}

static void read_wild(void *context) {
  const volatile char *pointer = (const volatile char *)context;
  (void)*pointer;
}

static void divide(void *context) { *(volatile int *)context = 10 / zero; } /* compilers know 1 / n */

static void trap(void *context) {
  (void)context;
  __builtin_trap();
}

static void call_abort(void *context) {
  (void)context;
  abort();
}

static void fail_assertion(void *context) { assert(context == NULL); }

static void free_twice(void *context) {
  void *volatile block = malloc(32);
  void *again = block;
  (void)context;
  free(block);
  free(again);
}

static void recurse(void *context) {
  volatile char frame[256];
  frame[0] = (char)depth++;
  if (depth != 0) {
    recurse(context);
  }
  depth += frame[0];
}

static int check(const char *name, void (*function)(void *), backstop_fault_kind kind) {
  static char some_context[64];
  const backstop_site site = BACKSTOP_SITE(name);
  void *context = function == read_wild ? (void *)0xdead0000u : some_context;
  backstop_error *error = backstop_call(&site, function, context);
  if (error == NULL) {
    printf("WRONG: %s returned\n", name);
    return 1;
  }
  const backstop_fault *fault = backstop_error_fault(error);
  const int wrong = fault == NULL || fault->kind != kind;
  char report[4096];
  backstop_error_report(error, report, sizeof(report));
  printf("%s%s\n", wrong ? "WRONG: " : "", report);
  backstop_error_free(error);
  return wrong;
}

int main(void) {
  int wrong = check("write_null", write_null, BACKSTOP_FAULT_NULL_DEREFERENCE);
  wrong += check("read_wild", read_wild, BACKSTOP_FAULT_WILD_READ);
#ifdef __x86_64__
  wrong += check("divide", divide, BACKSTOP_FAULT_DIVIDE_BY_ZERO);
#else
  (void)divide; /* has an answer there */
#endif
  wrong += check("trap", trap, BACKSTOP_FAULT_BUILTIN_TRAP);
  wrong += check("call_abort", call_abort, BACKSTOP_FAULT_ABORT);
  wrong += check("fail_assertion", fail_assertion, BACKSTOP_FAULT_ASSERTION);
  wrong += check("free_twice", free_twice, BACKSTOP_FAULT_HEAP_CORRUPTION);
  wrong += check("recurse", recurse, BACKSTOP_FAULT_STACK_OVERFLOW);
  return wrong != 0;
}
