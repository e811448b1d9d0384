/* Compiled without unwind tables. */
void call_untabled(void (*body)(void));

void call_untabled(void (*body)(void)) {
  body();
  __asm__ volatile(""); /* so that the call is none to jump to */
}
