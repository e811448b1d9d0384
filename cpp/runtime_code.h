// The functions of the runtime that must not be interrupted at a deadline, for they change what they share with the
// handler or hold a lock, lie side by side: so a frame of theirs is known by its address.
#pragma once

#include <cstdint>

#ifdef __ELF__
#define BACKSTOP_RUNTIME_CODE __attribute__((section("backstop_code")))
#else
#define BACKSTOP_RUNTIME_CODE
#endif

// The linker's: where the section of that name begins and ends, in this module. Weak, for a program that makes no
// guarded call may be linked without any of it.
extern "C" __attribute__((weak, visibility("hidden"))) const char __start_backstop_code[], __stop_backstop_code[];

namespace backstop {
namespace runtime {

inline bool is_runtime_code(uintptr_t pc) noexcept {
  return pc >= reinterpret_cast<uintptr_t>(__start_backstop_code) &&
         pc <= reinterpret_cast<uintptr_t>(__stop_backstop_code); // a return address may be behind the last
}

} // namespace runtime
} // namespace backstop
