/* C++ that throws, for programs in C. */
#ifndef THROWS_H
#define THROWS_H

#ifdef __cplusplus
extern "C" {
#endif

void throw_runtime_error(void *context); /* whose what() is the context, a text */
void throw_string_with_nul(void *context);
void throw_int(void *context);
void throw_out_of_noexcept(void *context);

#ifdef __cplusplus
}
#endif
#endif
