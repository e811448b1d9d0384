/* Frames whose locals AddressSanitizer guards, and that have no cleanups: leaving them early leaves its poison behind.
 */
#include "check.h"

void poison_and_fault(int depth, char *outer);

static void use(char *local) { __asm__ volatile("" : : "r"(local) : "memory"); }

void poison_and_fault(int depth, char *outer) {
  char left[40], right[72];
  use(left);
  use(right);
  if (depth > 0) {
    poison_and_fault(depth - 1, left);
  } else {
    check_null_write(outer);
  }
  use(left);
  use(right);
}
