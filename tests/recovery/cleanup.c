/* Compiled with -fexceptions. */
typedef void (*count_function)(int);

void call_with_cleanup(void (*body)(void), count_function count);

static void destroy(count_function *count) { (*count)(-1); }

void call_with_cleanup(void (*body)(void), count_function count) {
  __attribute__((cleanup(destroy))) count_function object = count;
  object(1);
  body();
}
