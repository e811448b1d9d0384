/* What the programs here share. Each of them ends with exit code 0 if all of its checks held. */
#ifndef CHECK_H
#define CHECK_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* fork and sigaltstack are not C11's */
#endif
#include "backstop/backstop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition))

static inline void check_failed(const char *file, int line, const char *condition) {
  fprintf(stderr, "%s:%d: `%s` does not hold\n", file, line, condition);
  _Exit(1);
}

/* What __builtin_trap ends in. */
#if defined(__x86_64__)
#define CHECK_TRAP_SIGNAL SIGILL
#define CHECK_TRAP_KIND BACKSTOP_FAULT_BUILTIN_TRAP
#elif defined(__aarch64__)
#define CHECK_TRAP_SIGNAL SIGTRAP
#define CHECK_TRAP_KIND BACKSTOP_FAULT_BUILTIN_TRAP
#else
#define CHECK_TRAP_SIGNAL SIGTRAP
#define CHECK_TRAP_KIND BACKSTOP_FAULT_BREAKPOINT /* the same instruction */
#endif

/* Whether a fault's access is known. RISC-V doesn't tell; aarch64 does, in the signal frame, but not that of qemu-user.
 */
#if defined(__riscv) || (defined(__aarch64__) && defined(CHECK_UNDER_QEMU))
#define CHECK_ACCESS(access) BACKSTOP_ACCESS_UNKNOWN
#else
#define CHECK_ACCESS(access) access
#endif

static int *volatile check_nowhere = NULL;

/* A function for backstop_call. */
static inline void check_null_write(void *context) {
  (void)context;
  *(volatile int *)check_nowhere = 1;
}

/* A limit of 1 byte: where cores are piped to a program, the kernel doesn't heed 0. qemu, which runs what is for other
 * processors, heeds nothing else. */
static inline void check_leaves_no_core(void) {
#ifdef __x86_64__
  const struct rlimit no_core = {1, 1};
#else
  const struct rlimit no_core = {0, 0};
#endif
  setrlimit(RLIMIT_CORE, &no_core);
}

/* Checks that the body, in a process of its own, dies by the signal and says the text on stderr. */
static inline void check_dies(int signal, const char *text, void (*body)(void)) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    check_leaves_no_core();
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    body();
    _exit(0);
  }
  close(ends[1]);
  char said[4096];
  size_t length = 0;
  ssize_t got;
  while (length < sizeof(said) - 1 && (got = read(ends[0], said + length, sizeof(said) - 1 - length)) > 0) {
    length += (size_t)got;
  }
  said[length] = '\0';
  close(ends[0]);
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != signal || strstr(said, text) == NULL) {
    fprintf(stderr, "wait status %#x, and on stderr: %s\n", (unsigned)status, said);
  }
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signal);
  CHECK(strstr(said, text) != NULL);
}

#endif
