// What is known of the code that is loaded, by where it lies.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

// Whether all C++ of the module was built so that its unwind tables cover faulting instructions too: it says so itself,
// in a note (vouched.h). One that was loaded after the installation counts as not vouched for where libc is not glibc,
// or one before 2.35. Async-signal-safe, as the next one.
bool is_vouched(uintptr_t pc) noexcept;

// Whether this is the code of std::terminate and its like, in a library of its own.
bool is_cxx_runtime(uintptr_t pc) noexcept;

// Once, in ordinary context.
void prepare_modules() noexcept;

} // namespace runtime
} // namespace backstop
