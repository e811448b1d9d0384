// Where each architecture keeps what we want to know of an interrupted thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <sys/syscall.h>
#include <ucontext.h>

namespace backstop {
namespace runtime {

enum class Access { unknown, read, write, execute };

inline uintptr_t current_stack_pointer() {
  uintptr_t value;
#if defined(__x86_64__)
  __asm__ volatile("mov %%rsp, %0" : "=r"(value));
#elif defined(__aarch64__)
  __asm__ volatile("mov %0, sp" : "=r"(value));
#elif defined(__riscv)
  __asm__ volatile("mv %0, sp" : "=r"(value));
#endif
  return value;
}

// Above the stack pointer of the function that it is inlined into, and not above that of the function's caller: where
// between them the frame pointer lies is each architecture's own, and on aarch64 it may be the stack pointer itself.
__attribute__((always_inline)) inline uintptr_t end_of_frame() {
  const auto frame_pointer = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#if defined(__riscv)
  return frame_pointer; // is the caller's stack pointer
#else
  return frame_pointer + 2 * sizeof(uintptr_t); // behind the caller's own, and the return address
#endif
}

// Goes on with function(argument) at this stack pointer, which is 16-byte aligned. The function doesn't return.
[[noreturn]] inline void go_on_at(uintptr_t stack_pointer, void (*function)(void *), void *argument) {
#if defined(__x86_64__)
  register void *first __asm__("rdi") = argument;
  __asm__ volatile("mov %0, %%rsp\n\txor %%ebp, %%ebp\n\tcall *%1"
                   :
                   : "r"(stack_pointer), "r"(function), "r"(first)
                   : "memory");
#elif defined(__aarch64__)
  register void *first __asm__("x0") = argument;
  __asm__ volatile("mov sp, %0\n\tblr %1" : : "r"(stack_pointer), "r"(function), "r"(first) : "memory");
#elif defined(__riscv)
  register void *first __asm__("a0") = argument;
  __asm__ volatile("mv sp, %0\n\tjalr %1" : : "r"(stack_pointer), "r"(function), "r"(first) : "memory");
#endif
  __builtin_unreachable();
}

} // namespace runtime
} // namespace backstop

#if defined(__x86_64__)
#include "registers_x86_64.h"
#elif defined(__aarch64__)
#include "registers_aarch64.h"
#elif defined(__riscv)
#include "registers_riscv.h"
#endif

namespace backstop {
namespace runtime {

constexpr size_t register_count = sizeof(register_names) / sizeof(register_names[0]);

} // namespace runtime
} // namespace backstop
