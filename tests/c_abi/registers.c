/* What a call preserves, a guarded one preserves as well, also when its function overwrites all of it and faults. */
#include "check.h"
#include <fenv.h>

static const backstop_site site = BACKSTOP_SITE("work");

/* Overwrites the registers that it should preserve, and faults. */
void check_overwrite(void *);

/* Fills them, calls function(), and returns how many have changed. */
int check_count_changed(void (*function)(void));

#if defined(__x86_64__)

__asm__(".text\n"
        ".globl check_overwrite\n"
        "check_overwrite:\n"
        "  xor %eax, %eax\n"
        "  xor %ebx, %ebx\n"
        "  xor %ebp, %ebp\n"
        "  xor %r12d, %r12d\n"
        "  xor %r13d, %r13d\n"
        "  xor %r14d, %r14d\n"
        "  xor %r15d, %r15d\n"
        "  movl $1, (%rax)\n"
        ".macro each operation\n"
        "  \\operation 1, %rbx\n"
        "  \\operation 2, %rbp\n"
        "  \\operation 3, %r12\n"
        "  \\operation 4, %r13\n"
        "  \\operation 5, %r14\n"
        "  \\operation 6, %r15\n"
        ".endm\n"
        ".macro save value, register\n"
        "  push \\register\n"
        "  mov $\\value, \\register\n"
        ".endm\n"
        ".macro compare value, register\n"
        "  cmp $\\value, \\register\n"
        "  setne %cl\n"
        "  movzbl %cl, %ecx\n"
        "  add %ecx, %eax\n"
        ".endm\n"
        ".globl check_count_changed\n"
        "check_count_changed:\n"
        "  each save\n"
        "  sub $8, %rsp\n"
        "  call *%rdi\n"
        "  add $8, %rsp\n"
        "  xor %eax, %eax\n"
        "  each compare\n"
        "  pop %r15\n"
        "  pop %r14\n"
        "  pop %r13\n"
        "  pop %r12\n"
        "  pop %rbp\n"
        "  pop %rbx\n"
        "  ret\n");

#elif defined(__aarch64__)

__asm__(".text\n"
        ".macro each operation\n"
        "  .irp number, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29\n"
        "  \\operation \\number, x\\number\n"
        "  .endr\n"
        "  .irp number, 8, 9, 10, 11, 12, 13, 14, 15\n"
        "  \\operation \\number, d\\number\n"
        "  .endr\n"
        ".endm\n"
        ".macro overwrite number, register\n"
        "  ldr \\register, [sp]\n"
        ".endm\n"
        ".globl check_overwrite\n"
        "check_overwrite:\n"
        "  str xzr, [sp, -16]!\n"
        "  each overwrite\n"
        "  mov x9, 0\n"
        "  str wzr, [x9]\n"
        ".macro save number, register\n"
        "  str \\register, [sp, 8 * \\number]\n"
        "  mov x9, \\number\n"
        "  str x9, [sp, 248]\n"
        "  ldr \\register, [sp, 248]\n"
        ".endm\n"
        ".macro compare number, register\n"
        "  str \\register, [sp, 248]\n"
        "  ldr x9, [sp, 248]\n"
        "  cmp x9, \\number\n"
        "  cinc w0, w0, ne\n"
        ".endm\n"
        ".macro restore number, register\n"
        "  ldr \\register, [sp, 8 * \\number]\n"
        ".endm\n"
        ".globl check_count_changed\n"
        "check_count_changed:\n"
        "  sub sp, sp, 256\n"
        "  str x30, [sp]\n"
        "  each save\n"
        "  blr x0\n"
        "  mov w0, 0\n"
        "  each compare\n"
        "  each restore\n"
        "  ldr x30, [sp]\n"
        "  add sp, sp, 256\n"
        "  ret\n");

#else

/* The portable entry there is libc's own matter; the modes, below, are ours. */
void check_overwrite(void *context) { check_null_write(context); }
int check_count_changed(void (*function)(void)) {
  function();
  return 0;
}

#endif

static void overwrite_under_guard(void) {
  backstop_error *error = backstop_call(&site, check_overwrite, NULL);
  CHECK(error != NULL && backstop_error_fault(error)->kind == BACKSTOP_FAULT_NULL_DEREFERENCE);
  backstop_error_free(error);
}

static void round_down_and_fault(void *context) {
  fesetround(FE_DOWNWARD);
  check_null_write(context);
}

/* trap 7 */
int main(void) {
  overwrite_under_guard(); /* the first one prepares the thread */
  CHECK(check_count_changed(overwrite_under_guard) == 0);

  fesetround(FE_UPWARD);
  backstop_error_free(backstop_call(&site, round_down_and_fault, NULL));
  CHECK(fegetround() == FE_UPWARD);
  return 0;
}
