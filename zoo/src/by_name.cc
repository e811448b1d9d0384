// The same misbehaviours by name, so that they can be called under guards of other kinds.
#include "zoo.h"
#include <stdexcept>
#include <string>

namespace zoo {
namespace {

struct Row {
  const char *name;
  void (*call)();
};

#define ROW(name) {#name, [] { static_cast<void>(name()); }}
const Row rows[] = {
    ROW(null_to_kernel),
    ROW(null_read),
    ROW(null_write),
    ROW(null_member_write),
    ROW(null_virtual_call),
    ROW(wild_read),
    ROW(wild_write),
    ROW(noncanonical_read),
    ROW(noncanonical_write),
    ROW(noncanonical_copy),
    ROW(noncanonical_call),
    ROW(noncanonical_return),
    ROW(unmapped_read),
    ROW(literal_write),
    ROW(protected_write),
    ROW(mprotected_write),
    ROW(forbidden_read),
    ROW(truncated_mapping_read),
    ROW(misaligned_vector_load),
    ROW(misaligned_vector_store),
    ROW(misaligned_wide_vector_load),
    ROW(misaligned_exchange),
    ROW(misaligned_read),
    ROW(null_call),
    ROW(wild_call),
    ROW(data_call),
    ROW(divide_by_zero),
    ROW(divide_overflow),
    ROW(wide_divide_by_zero),
    ROW(wide_divide_overflow),
    ROW(divide_by_zero_in_memory),
    ROW(divide_overflow_in_memory),
    ROW(byte_divide_by_zero),
    ROW(byte_divide_overflow),
    ROW(float_divide),
    ROW(float_overflow),
    ROW(float_underflow),
    ROW(float_invalid),
    ROW(float_inexact),
    ROW(x87_divide),
    ROW(builtin_trap),
    ROW(breakpoint),
    ROW(illegal_instruction),
    ROW(halt),
    ROW(read_port),
    ROW(read_control_register),
    ROW(block_interrupts),
    ROW(bad_system_call),
    ROW(call_abort),
    ROW(failed_library_assertion),
    ROW(failed_assert),
    ROW(failed_long_assert),
    ROW(call_terminate),
    ROW(rethrow_nothing),
    ROW(throw_through_noexcept),
    ROW(throw_from_destructor),
    ROW(drop_joinable_thread),
    ROW(pure_virtual_call),
    ROW(fault_on_thread_of_its_own),
    ROW(throw_on_thread_of_its_own),
    ROW(throw_runtime_error),
    ROW(throw_out_of_range),
    ROW(throw_bad_alloc),
    ROW(throw_bad_cast),
    ROW(throw_bad_function_call),
    ROW(throw_bad_optional_access),
    ROW(throw_system_error),
    ROW(throw_nested),
    ROW(throw_int),
    ROW(throw_text),
    ROW(throw_string),
    ROW(throw_struct),
    ROW(throw_not_utf8),
    ROW(throw_many_lines),
    ROW(throw_null_what),
    ROW(throw_crashing_what),
    ROW(throw_crashing_destructor),
    ROW(crash_in_catch),
    ROW(crash_while_unwinding),
    ROW(small_frames),
    ROW(large_frames),
    ROW(probe_ahead),
    ROW(smash_stack),
    ROW(overflow_checked_buffer),
    ROW(count_in_writable_format),
    ROW(free_invalid),
    ROW(double_free),
    ROW(double_free_locked),
    ROW(overwrite_top_chunk),
};
#undef ROW

void call(rust::Str name) {
  for (const Row &row : rows) {
    if (name == rust::Str(row.name)) {
      return row.call();
    }
  }
  throw std::invalid_argument("no case of the name " + std::string(name));
}

} // namespace

void jumped(rust::Str name) { call(name); }

} // namespace zoo
