// One guarded call.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// Calls function(context) under a guard. Null: it returned. Otherwise what ended it, owned by the caller.
backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context);

} // namespace runtime
} // namespace backstop
