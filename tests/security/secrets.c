/* A process that holds a secret in its registers, on its stack and in its heap, where it faults: recovered, and then,
 * as nothing recovers it, forwarded with a line on stderr. Neither line may hold it. */
#include "../c_abi/check.h"
#include <stdint.h>

static const backstop_site site = BACKSTOP_SITE("keeper");

/* A register that calls preserve, and the instruction that faults. */
#if defined(__x86_64__)
#define KEPT_REGISTER "r12"
#define WRITE "movl $1, (%0)"
#elif defined(__aarch64__)
#define KEPT_REGISTER "x20"
#define WRITE "str wzr, [%0]"
#elif defined(__riscv)
#define KEPT_REGISTER "s3"
#define WRITE "sw zero, (%0)"
#endif

static uint64_t secret(void) {
  uint64_t number;
  memcpy(&number, "hunter2!", sizeof number);
  return number;
}

static void faults_with_secrets(void *context) {
  (void)context;
  char stack[256];
  char *heap = malloc(sizeof stack);
  for (size_t at = 0; at + 8 <= sizeof stack; at += 8) {
    memcpy(stack + at, "hunter2!", 8);
    memcpy(heap + at, "hunter2!", 8);
  }
  register uint64_t in_register __asm__(KEPT_REGISTER) = secret();
  /* The instruction that faults takes it as an input, so that it is there by then, however this is compiled. */
  __asm__ volatile(WRITE : : "r"(check_nowhere), "r"(in_register), "r"(stack), "r"(heap) : "memory");
}

static void in_a_barrier(void *context) {
  const uint32_t previous = backstop_barrier_enter("callback");
  faults_with_secrets(context);
  backstop_barrier_leave(previous);
}

static void check_register_held_it(const backstop_error *error) {
  size_t count;
  const uint64_t *values = backstop_error_registers(error, &count);
  size_t index = 0;
  while (index < count && strcmp(backstop_register_name(index), KEPT_REGISTER) != 0) {
    ++index;
  }
  CHECK(index < count && values[index] == secret());
}

int main(void) {
  check_leaves_no_core();
  backstop_error *error = backstop_call(&site, faults_with_secrets, NULL);
  CHECK(error != NULL);
  check_register_held_it(error);
  fprintf(stderr, "%s\n", backstop_error_message(error));
  backstop_error_free(error);
  fputs("about to fault\n", stderr);
  backstop_call(&site, in_a_barrier, NULL);
}
