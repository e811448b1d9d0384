// The exception that ended a guarded call, as an error.
#pragma once

#include "backstop/backstop.h"
#include <exception>

namespace backstop {
namespace runtime {

// Describes the exception and lets go of it. Both run code of the library's (what(), the destructor), so they
// run under a guard of their own: if they crash, that is what the error says.
backstop_error *error_from(std::exception_ptr &exception, const backstop_site *site);

} // namespace runtime
} // namespace backstop
