#pragma once

// What the peers call: plain functions, the same for all, and what can be seen of them afterwards. `context` is not
// used.
extern "C" {

void victim_nothing(void *context);
void victim_work(void *context); // about 100 ns
void victim_null_write(void *context);
void victim_throw(void *context); // a std::runtime_error
void victim_throw_int(void *context);
void victim_throw_through_noexcept(void *context);
void victim_abort(void *context);
void victim_overflow_stack(void *context);
void victim_double_free(void *context); // which the allocator finds while it holds its lock
void victim_fault_beside_destructor(void *context);
void victim_fault_under_mutex(void *context);

bool victim_destructor_ran();
bool victim_mutex_is_free();
void round_upward();
bool rounds_upward();
void on_thread_of_cpp(void (*function)(void *), void *context);
const char *compiler_version();

} // extern "C"
