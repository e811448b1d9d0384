/* A C program that has backstop's handler before it loads Go, which then puts its own on top. Each thread makes a
 * guarded call before it goes to Go for the first time: then Go keeps the alternate stack that is there, and leaves it
 * there. */
#include <backstop/backstop.h>
#include <calc.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const backstop_site site = BACKSTOP_SITE("calc_evaluate");
static int (*crash_both)(void);
static char nested[1000000];

static void crash(const char *expression, int32_t signal) {
  calc_call call = {expression, NULL, NULL, 0};
  backstop_error *error = backstop_call(&site, calc_evaluate, &call);
  const backstop_fault *fault = error != NULL ? backstop_error_fault(error) : NULL;
  if (fault == NULL || fault->signal != signal) {
    fprintf(stderr, "%.9s: %s\n", expression, error != NULL ? backstop_error_message(error) : "it returned");
    _Exit(1);
  }
  backstop_error_free(error);
}

static void *alternate(void *data) {
  crash("1/0", SIGFPE);
  for (int round = 0; round < 1000; ++round) {
    if (crash_both() != 0) {
      fputs("Go lost a crash\n", stderr);
      _Exit(1);
    }
    crash("x", SIGSEGV);
    crash("1/0", SIGFPE);
  }
  crash("", SIGABRT);
  crash(nested, SIGSEGV);
  return data;
}

int main(int argument_count, char **arguments) {
  memset(nested, '(', sizeof(nested) - 1);
  backstop_install(NULL);
  void *library = argument_count > 1 ? dlopen(arguments[1], RTLD_NOW) : NULL;
  if (library == NULL) {
    fprintf(stderr, "host: the argument is to be the Go library: %s\n", dlerror());
    return 1;
  }
  *(void **)&crash_both = dlsym(library, "crashBoth");
  alternate(NULL);
  pthread_t threads[4];
  for (int index = 0; index < 4; ++index) {
    pthread_create(&threads[index], NULL, alternate, NULL);
  }
  for (int index = 0; index < 4; ++index) {
    pthread_join(threads[index], NULL);
  }
  return 0;
}
