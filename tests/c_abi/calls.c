/* Guarded calls from C: what returns, what faults, and what an error tells. */
#include "check.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

static const backstop_site site = BACKSTOP_SITE("work");
static const backstop_site inner_site = BACKSTOP_SITE("inner work");

static void count(void *context) { ++*(int *)context; }

static void call_abort(void *context) {
  (void)context;
  abort();
}

static void trap(void *context) {
  (void)context;
  __builtin_trap();
}

static void set_errno_and_fault(void *context) {
  errno = EDOM;
  check_null_write(context);
}

/* L1 */
static void check_return(void) {
  int counter = 0;
  CHECK(backstop_call(&site, count, &counter) == NULL);
  CHECK(counter == 1);
}

static void check_fault(void) {
  errno = ENOENT;
  backstop_error *error = backstop_call(&site, set_errno_and_fault, NULL);
  CHECK(errno == ENOENT);
  CHECK(error != NULL);
  CHECK(backstop_error_kind(error) == BACKSTOP_FAULT);
  CHECK(backstop_error_site(error) == &site);
  CHECK(strstr(backstop_error_message(error), "work") != NULL);
  CHECK(strchr(backstop_error_message(error), '\n') == NULL);
  CHECK(backstop_error_type_name(error) == NULL);
  CHECK(backstop_error_what(error, NULL) == NULL);

  const backstop_fault *fault = backstop_error_fault(error);
  CHECK(fault != NULL && fault->size == sizeof(backstop_fault));
  CHECK(fault->signal == SIGSEGV && fault->code == SEGV_MAPERR);
  CHECK(fault->kind == BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(fault->has_address && fault->address == 0);
  CHECK(fault->access == CHECK_ACCESS(BACKSTOP_ACCESS_WRITE));
  CHECK(fault->system_call == -1);
  CHECK(fault->stack_low < (uintptr_t)&error && fault->stack_high > (uintptr_t)&error);
  CHECK(fault->error_number == EDOM);
  CHECK(fault->thread == (int32_t)syscall(SYS_gettid));
  CHECK(fault->instruction_pointer != 0);
  CHECK(fault->stack_pointer < (uintptr_t)&error);
  CHECK(fault->message == NULL);
  backstop_error_free(error);
}

static void check_kind(void (*function)(void *), int signal, backstop_fault_kind kind) {
  backstop_error *error = backstop_call(&site, function, NULL);
  CHECK(error != NULL && backstop_error_fault(error) != NULL);
  CHECK(backstop_error_fault(error)->signal == signal);
  CHECK(backstop_error_fault(error)->kind == kind);
  backstop_error_free(error);
}

/* L2, L3, L10: one after the other, and each again */
static void check_many_kinds(void) {
  for (int round = 0; round < 3; ++round) {
    check_kind(check_null_write, SIGSEGV, BACKSTOP_FAULT_NULL_DEREFERENCE);
    check_kind(trap, CHECK_TRAP_SIGNAL, CHECK_TRAP_KIND);
#ifndef __riscv /* where glibc has no unwind table for it, and so no walk comes to the guard */
    check_kind(call_abort, SIGABRT, BACKSTOP_FAULT_ABORT);
#else
    (void)call_abort;
#endif
    check_return();
  }
}

static void nest(void *context) {
  int *const depth = (int *)context;
  backstop_error *error = backstop_call(&inner_site, check_null_write, NULL);
  CHECK(error != NULL && backstop_error_site(error) == &inner_site);
  backstop_error_free(error);
  if (--*depth > 0) {
    CHECK(backstop_call(&site, nest, depth) == NULL);
  }
}

static void nest_and_fault(void *context) {
  nest(context);
  check_null_write(NULL);
}

/* trap 20: where the machine answers a division by zero, there is no fault to recover from. */
static volatile int quotient = 17, one = 1, zero; /* volatile, or compilers compare instead */

static void divide(void *context) {
  (void)context;
  quotient = one / zero;
}

static void check_division(void) {
  backstop_error *error = backstop_call(&site, divide, NULL);
#ifdef __x86_64__
  CHECK(error != NULL && quotient == 17);
  backstop_error_free(error);
#else
  CHECK(error == NULL && quotient != 17);
#endif
}

/* L12 */
static void check_nesting(void) {
  int depth = 10;
  CHECK(backstop_call(&site, nest, &depth) == NULL);
  depth = 1;
  backstop_error *error = backstop_call(&site, nest_and_fault, &depth);
  CHECK(error != NULL && backstop_error_site(error) == &site);
  backstop_error_free(error);
}

static void *call_on_thread(void *unused) {
  (void)unused;
  check_return();
  return backstop_call(&site, check_null_write, NULL);
}

/* An error outlives the thread that it is of. */
static void check_threads(void) {
  pthread_t thread;
  void *error = NULL;
  CHECK(pthread_create(&thread, NULL, call_on_thread, NULL) == 0);
  CHECK(pthread_join(thread, &error) == 0);
  CHECK(error != NULL);
  CHECK(backstop_error_fault((backstop_error *)error)->thread != (int32_t)syscall(SYS_gettid));
  backstop_error_free((backstop_error *)error);
}

int main(void) {
  CHECK(backstop_version() == 10000 * BACKSTOP_VERSION_MAJOR + 100 * BACKSTOP_VERSION_MINOR + BACKSTOP_VERSION_PATCH);
  CHECK(backstop_support() == BACKSTOP_SUPPORT_FAULTS);
  backstop_error_free(NULL);
  check_return();
  check_fault();
  check_many_kinds();
  check_division();
  check_nesting();
  check_threads();
  return 0;
}
