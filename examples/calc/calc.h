/* A calculator for whole numbers: + - * / and parentheses, and variables that the caller looks up. A library as one
 * finds them: it throws where its author thought of it, and crashes where he didn't. What calls it does so under a
 * guard; it knows nothing of that. */
#ifndef CALC_H
#define CALC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What calc_evaluate is to do, and what came of it. */
typedef struct calc_call {
  const char *expression;
  /* Sets *value and answers 0, or something else if there is no such variable. */
  int (*lookup)(void *data, const char *name, int64_t *value);
  void *data;
  int64_t value;
} calc_call;

/* Evaluates a calc_call: by one pointer, so that any host can hand it to backstop_call. Throws calc::syntax_error,
 * calc::unknown_variable and std::out_of_range. */
void calc_evaluate(void *call);

#ifdef __cplusplus
}
#endif
#endif /* CALC_H */
