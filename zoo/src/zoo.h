#pragma once

#include <cstddef>
#include <cstdint>

// C++ that misbehaves in every way we know. What each function does is told in lib.rs, and what must come of
// it in table.rs; here they stand by file.
namespace zoo {

// memory.cc
void null_to_kernel();
std::int32_t null_read();
void null_write();
void null_member_write();
std::int32_t null_virtual_call();
std::int32_t wild_read();
void wild_write();
std::int32_t noncanonical_read();
void noncanonical_write();
void noncanonical_copy();
void noncanonical_call();
void noncanonical_return();
void literal_write();
void protected_write();
void mprotected_write();
std::int32_t unmapped_read();
std::int32_t forbidden_read();
std::int32_t truncated_mapping_read();
void truncated_mapping_write();
void misaligned_vector_load();
void misaligned_vector_store();
void misaligned_wide_vector_load();
void misaligned_exchange();
std::int32_t misaligned_read();
void null_call();
void wild_call();
void data_call();

// arithmetic.cc
std::int32_t divide_by_zero();
std::int32_t divide_overflow();
std::int64_t wide_divide_by_zero();
std::int64_t wide_divide_overflow();
void divide_by_zero_in_memory();
void divide_overflow_in_memory();
void byte_divide_by_zero();
void byte_divide_overflow();
void float_divide();
void float_overflow();
void float_underflow();
void float_invalid();
void float_inexact();
void x87_divide();

// instructions.cc
void builtin_trap();
void breakpoint();
void illegal_instruction();
void halt();
void read_port();
void read_control_register();
void block_interrupts();
void bad_system_call();

// checks.cc
std::int32_t failed_library_assertion();

// endings.cc
void call_abort();
void failed_assert();
void failed_long_assert();
void call_terminate();
void rethrow_nothing();
void throw_through_noexcept();
void throw_from_destructor();
void drop_joinable_thread();
void pure_virtual_call();
void fault_on_thread_of_its_own();
void throw_on_thread_of_its_own();

// exceptions.cc
void throw_runtime_error();
void throw_out_of_range();
void throw_bad_alloc();
void throw_bad_cast();
void throw_bad_function_call();
void throw_bad_optional_access();
void throw_system_error();
void throw_bad_typeid();
void throw_bad_any_cast();
void throw_bad_variant_access();
void throw_bad_weak_ptr();
void throw_invalid_argument();
void throw_nested();
void throw_int();
void throw_text();
void throw_string();
void throw_struct();
void throw_not_utf8();
void throw_many_lines();
void throw_null_what();
void throw_crashing_what();
void throw_crashing_destructor();
void crash_in_catch();
void crash_while_unwinding();

// stack.cc
std::int32_t small_frames();
std::int32_t large_frames();
void step_beyond_guard();
void probe_ahead();
void smash_stack();
void overflow_checked_buffer();
void count_in_writable_format();

// heap.cc
void free_invalid();
void free_invalid_size();
void free_invalid_mapping();
void double_free();
void double_free_locked();
void overwrite_top_chunk();

// neighbours.cc
void install_jumping_handler();
bool null_write_jumped_out_of();
void spin();
bool is_spinning();
void send_itself(std::int32_t signal);
void crash_after_failed_open();

} // namespace zoo
