/* A process that holds a secret in its registers, on its stack and in its heap, where it faults: recovered, and then,
 * as nothing recovers it, forwarded with a line on stderr. Neither line may hold it. */
#include "../c_abi/check.h"
#include <stdint.h>

static const backstop_site site = BACKSTOP_SITE("keeper");

static void faults_with_secrets(void *context) {
  char stack[256];
  char *heap = malloc(sizeof stack);
  for (size_t at = 0; at + 8 <= sizeof stack; at += 8) {
    memcpy(stack + at, "hunter2!", 8);
    memcpy(heap + at, "hunter2!", 8);
  }
  uint64_t in_register;
  memcpy(&in_register, stack, sizeof in_register);
  __asm__ volatile("" : "+r"(in_register) : "r"(stack), "r"(heap) : "memory");
  check_null_write(context);
  __asm__ volatile("" : : "r"(in_register), "r"(stack), "r"(heap) : "memory");
}

static void in_a_barrier(void *context) {
  const uint32_t previous = backstop_barrier_enter("callback");
  faults_with_secrets(context);
  backstop_barrier_leave(previous);
}

int main(void) {
  check_leaves_no_core();
  backstop_error *error = backstop_call(&site, faults_with_secrets, NULL);
  CHECK(error != NULL);
  fprintf(stderr, "%s\n", backstop_error_message(error));
  backstop_error_free(error);
  fputs("about to fault\n", stderr);
  backstop_call(&site, in_a_barrier, NULL);
}
