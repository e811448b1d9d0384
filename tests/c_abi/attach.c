/* Threads of hosts: attached with a stack of their own, detached, and as before after both. */
#include "check.h"
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

static const backstop_site site = BACKSTOP_SITE("work");

static void check_recovers(void) {
  backstop_error *error = backstop_call(&site, check_null_write, NULL);
  CHECK(error != NULL && backstop_error_fault(error)->kind == BACKSTOP_FAULT_NULL_DEREFERENCE);
  backstop_error_free(error);
}

static stack_t alternate_stack(void) {
  stack_t present;
  CHECK(sigaltstack(NULL, &present) == 0);
  return present;
}

static int has_alternate_stack(void) { return (alternate_stack().ss_flags & SS_DISABLE) == 0; }

static void check_in_turn(void) {
  CHECK(!has_alternate_stack());
  CHECK(backstop_attach_thread(0, 0));
  CHECK(has_alternate_stack());
  CHECK(backstop_attach_thread(0, 0));
  check_recovers();
  backstop_detach_thread();
  CHECK(!has_alternate_stack());
  backstop_detach_thread();
  check_recovers(); /* which attaches it again */
  CHECK(has_alternate_stack());
  backstop_detach_thread();
  CHECK(!has_alternate_stack());
}

static void check_bounds(void) {
  const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  CHECK(!backstop_attach_thread(here + 4096, here + 8192));
  CHECK(!backstop_attach_thread(here - 65536, here - 32768));
  CHECK(!backstop_attach_thread(here + 4096, here - 4096));
  CHECK(!has_alternate_stack());
}

static void attach_and_detach(void *fault) {
  CHECK(!backstop_attach_thread(0, 0));
  backstop_detach_thread();
  CHECK(has_alternate_stack());
  if (fault != NULL) {
    check_null_write(NULL);
  }
}

static void check_in_guard(void) {
  CHECK(backstop_call(&site, attach_and_detach, NULL) == NULL);
  int fault = 1;
  backstop_error *error = backstop_call(&site, attach_and_detach, &fault);
  CHECK(error != NULL && backstop_error_kind(error) == BACKSTOP_FAULT);
  backstop_error_free(error);
  backstop_detach_thread();
}

/* ---- A fiber ---- */

static const size_t fiber_size = 256 * 1024;
static char *fiber_low; /* above a page that nobody may touch */
static int attaches;
static ucontext_t back;

static volatile int for_ever = 1;

static int recurse(int depth) {
  volatile char frame[1024];
  frame[0] = (char)depth;
  return for_ever ? recurse(depth + 1) + frame[0] : 0;
}

static void overflow(void *context) {
  (void)context;
  recurse(0);
}

static void run_fiber(void) {
  if (attaches) {
    CHECK(backstop_attach_thread((uintptr_t)fiber_low, (uintptr_t)fiber_low + fiber_size));
  }
  check_recovers();
  backstop_error *error = backstop_call(&site, overflow, NULL);
  const backstop_fault *fault = backstop_error_fault(error);
  CHECK(fault->kind == BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK(fault->stack_low == (uintptr_t)fiber_low && fault->stack_high == (uintptr_t)fiber_low + fiber_size);
  backstop_error_free(error);
  check_recovers();
}

static void enter_fiber_at(void (*body)(void)) {
  ucontext_t fiber;
  CHECK(getcontext(&fiber) == 0);
  fiber.uc_stack.ss_sp = fiber_low;
  fiber.uc_stack.ss_size = fiber_size;
  fiber.uc_link = &back;
  makecontext(&fiber, body, 0);
  CHECK(swapcontext(&back, &fiber) == 0);
}

static void enter_fiber(void) { enter_fiber_at(run_fiber); }

static void fault_on_fiber(void) { check_null_write(NULL); }

static void leave_stack(void *context) {
  (void)context;
  enter_fiber_at(fault_on_fiber);
}

static void call_and_leave_stack(void) { backstop_error_free(backstop_call(&site, leave_stack, NULL)); }

static void check_fiber(void) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  char *mapping = (char *)mmap(NULL, page + fiber_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(mapping != (char *)MAP_FAILED);
  fiber_low = mapping + page;
  CHECK(mprotect(fiber_low, fiber_size, PROT_READ | PROT_WRITE) == 0);
  check_recovers(); /* knows the thread's own stack, and none other */
  attaches = 0;
  check_dies(SIGSEGV, "", enter_fiber);
  check_dies(SIGSEGV, "it struck on another stack than the one the guard is on", call_and_leave_stack);
  attaches = 1;
  enter_fiber();
  CHECK(backstop_attach_thread(0, 0)); /* and back */
  check_recovers();
  backstop_detach_thread();
  enter_fiber();
  backstop_detach_thread();
  check_recovers();
  backstop_detach_thread();
  munmap(mapping, page + fiber_size);
}

/* ---- The host's own alternate stack ---- */

static void check_alternate_stack(size_t size, int is_kept) {
  stack_t hosts = {0};
  hosts.ss_sp = malloc(size);
  hosts.ss_size = size;
  CHECK(hosts.ss_sp != NULL && sigaltstack(&hosts, NULL) == 0);
  CHECK(backstop_attach_thread(0, 0));
  CHECK((alternate_stack().ss_sp == hosts.ss_sp) == is_kept);
  check_recovers();
  backstop_detach_thread();
  CHECK(alternate_stack().ss_sp == hosts.ss_sp && alternate_stack().ss_size == size);
  stack_t none = {0};
  none.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&none, NULL) == 0);
  free(hosts.ss_sp);
}

/* ---- Nothing is left behind ---- */

static int lines(const char *path) {
  FILE *file = fopen(path, "r");
  CHECK(file != NULL);
  int count = 0;
  for (int byte = getc(file); byte != EOF; byte = getc(file)) {
    count += byte == '\n';
  }
  fclose(file);
  return count;
}

static int descriptors(void) {
  DIR *directory = opendir("/proc/self/fd");
  CHECK(directory != NULL);
  int count = 0;
  while (readdir(directory) != NULL) {
    ++count;
  }
  closedir(directory);
  return count;
}

static void attach_often(int rounds) {
  check_in_turn();
  const int mappings = lines("/proc/self/maps"), open = descriptors();
  for (int round = 0; round < rounds; ++round) {
    CHECK(backstop_attach_thread(0, 0));
    backstop_detach_thread();
  }
  CHECK(lines("/proc/self/maps") == mappings && descriptors() == open);
  check_recovers();
  backstop_detach_thread();
}

static void *check_all(void *rounds) {
  check_in_turn();
  check_bounds();
  check_in_guard();
  check_fiber();
  check_alternate_stack(16 * 1024, 0);
  check_alternate_stack(1024 * 1024, 1);
  attach_often(*(int *)rounds);
  return NULL;
}

int main(void) {
  int few = 100, many = 10000; /* for the main thread, libc reads /proc/self/maps */
  if (backstop_support() != BACKSTOP_SUPPORT_FAULTS) {
    CHECK(!backstop_attach_thread(0, 0));
    backstop_detach_thread();
    return 0;
  }
  check_all(&few);
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, check_all, &many) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
  return 0;
}
