// The exception that ended a guarded call, as an error.
#pragma once

#include "error.h"

namespace backstop {
namespace runtime {

// What is being handled, looked at within its catch block, in which `standard` is known.
Thrown current_exception(const std::exception *standard) noexcept;

// The error, which keeps the exception. Some of what is to be known of it is asked of the library's own code (what(),
// say), so that runs under a guard of its own: if it crashes, that is what the error says.
backstop_error *error_from(Thrown thrown, const backstop_site *site);

} // namespace runtime
} // namespace backstop
