/* Compiled as C is by default. */
void call_plain(void (*body)(void));

void call_plain(void (*body)(void)) {
  body();
  __asm__ volatile(""); /* so that the call is none to jump to */
}
