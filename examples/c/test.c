/* A program that has a handler of its own, for what it does by itself: it writes to pages that it has protected, and
 * the handler opens them. The library's crashes come to their guards, and those writes to the handler, none is lost. */
#include <backstop/backstop.h>
#include <calc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { ROUNDS = 10000, THREADS = 4, PAGE = 4096 };

static const backstop_site site = BACKSTOP_SITE("calc_evaluate");
static atomic_uint opened;

static void open_page(int signal, siginfo_t *info, void *context) {
  (void)signal, (void)context;
  const uintptr_t page = (uintptr_t)info->si_addr & ~(uintptr_t)(PAGE - 1);
  mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE);
  atomic_fetch_add(&opened, 1);
}

static void check(int is_so, const char *what) {
  if (!is_so) {
    fprintf(stderr, "lost: %s\n", what);
    _Exit(1);
  }
}

static void crash(const char *expression, int32_t signal) {
  calc_call call = {expression, NULL, NULL, 0};
  backstop_error *error = backstop_call(&site, calc_evaluate, &call);
  check(error != NULL && backstop_error_fault(error) != NULL && backstop_error_fault(error)->signal == signal,
        expression);
  backstop_error_free(error);
}

static void *alternate(void *data) {
  char *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  check(page != MAP_FAILED, "mmap");
  for (int round = 0; round < ROUNDS; ++round) {
    crash(round % 2 == 0 ? "1/0" : "x", round % 2 == 0 ? SIGFPE : SIGSEGV);
    mprotect(page, PAGE, PROT_READ);
    *(volatile char *)page = (char)round;
    check(*page == (char)round, "a write");
  }
  munmap(page, PAGE);
  return data;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = open_page, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);

  alternate(NULL);
  check(atomic_exchange(&opened, 0) == ROUNDS, "a page");
  pthread_t threads[THREADS];
  for (int index = 0; index < THREADS; ++index) {
    check(pthread_create(&threads[index], NULL, alternate, NULL) == 0, "a thread");
  }
  for (int index = 0; index < THREADS; ++index) {
    pthread_join(threads[index], NULL);
  }
  check(atomic_load(&opened) == THREADS * ROUNDS, "a page");
  puts("none is lost");
  return 0;
}
