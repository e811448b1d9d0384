// The fault that ended a guarded call, as an error.
#pragma once

#include "recovery.h"

namespace backstop {
namespace runtime {

// Allocates, and throws std::bad_alloc.
backstop_error *error_from(const Recovery &recovery, const backstop_site *site);

// Without the texts. Doesn't throw, and doesn't need malloc to be in order.
backstop_error *bare_error_from(const Recovery &recovery, const backstop_site *site) noexcept;

} // namespace runtime
} // namespace backstop
