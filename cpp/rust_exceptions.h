// The two kinds of exception that Rust throws: see backstop/rust.hpp.
#pragma once

#include "error.h"

namespace backstop {
namespace runtime {

// What the exception carries of Rust's; null if it is none of Rust's.
backstop_carried *carried_by(const Thrown &thrown) noexcept;

// The message of a panic; null if it is none.
const char *panic_message(const Thrown &thrown) noexcept;

// Of the Rust function that is being called back on this thread: whether the C++ that called it is under a guard, and
// its name, or null.
bool is_callback_guarded() noexcept;
const char *callback_name() noexcept;

// Where the object is that an exception_ptr keeps.
void *object_of(const std::exception_ptr &exception) noexcept;

} // namespace runtime
} // namespace backstop
