// As zoo/src/table.rs has them, which knows more of each.
#include "cases.h"
#include "opaque.h"
#include "zoo.h"
#include <csignal>

#define CASE(name, signal, kind)                                                                                       \
  Case {                                                                                                               \
    #name, [] { static_cast<void>(name()); }, signal, BACKSTOP_FAULT_##kind                                            \
  }

// RISC-V doesn't say whether a read or a write faulted; aarch64 does, but not under qemu-user.
#if defined(__riscv) || (defined(__aarch64__) && defined(CHECK_UNDER_QEMU))
#define READ(kind) kind##_ACCESS
#define WRITE(kind) kind##_ACCESS
#else
#define READ(kind) kind##_READ
#define WRITE(kind) kind##_WRITE
#endif
#define ACCESS_CASE(name, signal, kind) CASE(name, signal, kind) // expands `kind` first

namespace zoo {

thread_local std::uintptr_t target;

const std::vector<Case> &cases() {
  static const std::vector<Case> all = {
      CASE(null_read, SIGSEGV, NULL_DEREFERENCE),
      CASE(null_write, SIGSEGV, NULL_DEREFERENCE),
      CASE(null_member_write, SIGSEGV, NULL_DEREFERENCE),
      CASE(null_virtual_call, SIGSEGV, NULL_DEREFERENCE),
      ACCESS_CASE(wild_read, SIGSEGV, READ(WILD)),
      ACCESS_CASE(wild_write, SIGSEGV, WRITE(WILD)),
      ACCESS_CASE(unmapped_read, SIGSEGV, READ(WILD)),
      ACCESS_CASE(literal_write, SIGSEGV, WRITE(FORBIDDEN)),
      ACCESS_CASE(protected_write, SIGSEGV, WRITE(FORBIDDEN)),
      ACCESS_CASE(mprotected_write, SIGSEGV, WRITE(FORBIDDEN)),
      ACCESS_CASE(forbidden_read, SIGSEGV, READ(FORBIDDEN)),
      CASE(truncated_mapping_read, SIGBUS, TRUNCATED_MAPPING),

      CASE(call_terminate, SIGABRT, TERMINATE),
      CASE(rethrow_nothing, SIGABRT, TERMINATE),
      CASE(throw_through_noexcept, SIGABRT, TERMINATE),
      CASE(throw_from_destructor, SIGABRT, TERMINATE),
      CASE(drop_joinable_thread, SIGABRT, TERMINATE),
      CASE(pure_virtual_call, SIGABRT, PURE_VIRTUAL_CALL),

      CASE(throw_crashing_what, SIGSEGV, NULL_DEREFERENCE),
      CASE(crash_in_catch, SIGSEGV, NULL_DEREFERENCE),
      CASE(crash_while_unwinding, SIGSEGV, NULL_DEREFERENCE),

      CASE(small_frames, SIGSEGV, STACK_OVERFLOW),
      CASE(large_frames, SIGSEGV, STACK_OVERFLOW),
      CASE(probe_ahead, SIGSEGV, PROBABLE_STACK_OVERFLOW),
#ifndef CHECK_UNDER_QEMU // which has no seccomp
      CASE(bad_system_call, SIGSYS, BAD_SYSTEM_CALL),
#endif
#ifndef __riscv // where no walk comes from what is no code to the guard, nor from glibc's abort, which has no unwind
                // table
      CASE(null_call, SIGSEGV, NULL_DEREFERENCE),
      CASE(wild_call, SIGSEGV, WILD_JUMP),
      CASE(data_call, SIGSEGV, WILD_JUMP),
      CASE(call_abort, SIGABRT, ABORT),
      CASE(failed_library_assertion, SIGABRT, LIBRARY_ASSERTION),
      CASE(failed_assert, SIGABRT, ASSERTION),
      CASE(failed_long_assert, SIGABRT, ASSERTION),
      CASE(smash_stack, SIGABRT, STACK_SMASHING),
      CASE(overflow_checked_buffer, SIGABRT, FORTIFY),
      CASE(count_in_writable_format, SIGABRT, FORTIFY),
      CASE(free_invalid, SIGABRT, HEAP_CORRUPTION),
      CASE(double_free, SIGABRT, HEAP_CORRUPTION),
#endif
#ifdef __x86_64__
      CASE(noncanonical_read, SIGSEGV, NON_CANONICAL),
      CASE(noncanonical_write, SIGSEGV, NON_CANONICAL),
      CASE(noncanonical_copy, SIGSEGV, NON_CANONICAL),
      CASE(noncanonical_call, SIGSEGV, NON_CANONICAL),
      CASE(noncanonical_return, SIGSEGV, NON_CANONICAL),
      CASE(misaligned_vector_load, SIGSEGV, MISALIGNED),
      CASE(misaligned_vector_store, SIGSEGV, MISALIGNED),
      CASE(misaligned_wide_vector_load, SIGSEGV, MISALIGNED),
      CASE(misaligned_exchange, SIGSEGV, MISALIGNED),
      CASE(misaligned_read, SIGBUS, MISALIGNED),
      CASE(divide_by_zero, SIGFPE, DIVIDE_BY_ZERO),
      CASE(divide_overflow, SIGFPE, DIVIDE_OVERFLOW),
      CASE(wide_divide_by_zero, SIGFPE, DIVIDE_BY_ZERO),
      CASE(wide_divide_overflow, SIGFPE, DIVIDE_OVERFLOW),
      CASE(divide_by_zero_in_memory, SIGFPE, DIVIDE_BY_ZERO),
      CASE(divide_overflow_in_memory, SIGFPE, DIVIDE_OVERFLOW),
      CASE(byte_divide_by_zero, SIGFPE, DIVIDE_BY_ZERO),
      CASE(byte_divide_overflow, SIGFPE, DIVIDE_OVERFLOW),
      CASE(float_divide, SIGFPE, FLOATING_POINT),
      CASE(float_overflow, SIGFPE, FLOATING_POINT),
      CASE(float_underflow, SIGFPE, FLOATING_POINT),
      CASE(float_invalid, SIGFPE, FLOATING_POINT),
      CASE(float_inexact, SIGFPE, FLOATING_POINT),
      CASE(x87_divide, SIGFPE, FLOATING_POINT),
      CASE(builtin_trap, SIGILL, BUILTIN_TRAP),
      CASE(breakpoint, SIGTRAP, BREAKPOINT),
      CASE(illegal_instruction, SIGILL, ILLEGAL_INSTRUCTION),
      CASE(halt, SIGSEGV, PRIVILEGED_INSTRUCTION),
      CASE(read_port, SIGSEGV, PRIVILEGED_INSTRUCTION),
      CASE(read_control_register, SIGSEGV, PRIVILEGED_INSTRUCTION),
      CASE(block_interrupts, SIGSEGV, PRIVILEGED_INSTRUCTION),
#elif defined(__aarch64__)
      CASE(builtin_trap, SIGTRAP, BUILTIN_TRAP),
      CASE(breakpoint, SIGTRAP, BREAKPOINT),
      CASE(illegal_instruction, SIGILL, ILLEGAL_INSTRUCTION),
#else
      CASE(builtin_trap, SIGTRAP, BREAKPOINT), // the same instruction
#endif
  };
  return all;
}

} // namespace zoo
