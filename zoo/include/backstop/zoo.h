/* C++ that misbehaves in every way we know, as a table: for tests of whatever is to survive it. C11 and C++17.
 *
 *   size_t count;
 *   const backstop_zoo_case *cases = backstop_zoo_cases(&count);
 *   for (size_t index = 0; index < count; ++index) {
 *     backstop_site site = BACKSTOP_SITE(cases[index].name);
 *     backstop_error *error = backstop_call(&site, backstop_zoo_call, (void *)&cases[index]);
 *     ... it is as cases[index].outcome says ...
 *     backstop_error_free(error);
 *   }
 *
 * Call them with a guard, or in a process of its own. They may be called again, and on any thread. The expectations are
 * those of Linux with glibc and libstdc++.
 */
#ifndef BACKSTOP_ZOO_H
#define BACKSTOP_ZOO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define BACKSTOP_ZOO_NOEXCEPT noexcept
extern "C" {
#else
#define BACKSTOP_ZOO_NOEXCEPT
#endif

typedef int32_t backstop_zoo_outcome;
enum {
  BACKSTOP_ZOO_RETURNS = 0,   /* nothing is wrong */
  BACKSTOP_ZOO_FAULT = 1,     /* a guard returns a fault */
  BACKSTOP_ZOO_EXCEPTION = 2, /* a guard returns an exception */
  BACKSTOP_ZOO_DIES = 3,      /* a guard lets the process die */
};

typedef struct backstop_zoo_case {
  const char *name;
  const char *about;          /* what it does, in a sentence */
  const char *architectures;  /* where all this holds, as in "x86_64 aarch64 riscv64" */
  void (*call)(void);         /* may throw C++ exceptions */
  int32_t native_signal;      /* of which the process dies without a guard; 0: it returns */
  const char *native_message; /* what stands on stderr then; "": nothing need */

  backstop_zoo_outcome outcome; /* of a guard */
  int32_t signal;               /* FAULT: its signal. DIES: of which */
  int32_t kind;                 /* FAULT: its kind, a backstop_fault_kind */
  const char *type;             /* EXCEPTION: its type, demangled. FAULT: that of the exception that std::terminate was
                                   called over. NULL: there is none */
  const char *message; /* EXCEPTION: what what() contains. FAULT: what its message contains. DIES: what stands on
                          stderr. NULL: there is none */
} backstop_zoo_case;

/* The cases that hold on this architecture, and how many they are. */
const backstop_zoo_case *backstop_zoo_cases(size_t *count) BACKSTOP_ZOO_NOEXCEPT;

/* Calls the case that `which` points to: a function as backstop_call wants it. */
void backstop_zoo_call(void *which);

/* Where the last access on this thread was meant to fault, if its case had an address in mind. */
uintptr_t backstop_zoo_target(void) BACKSTOP_ZOO_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
