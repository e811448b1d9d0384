// The program's own functions that are told of recovered faults: backstop_add_listener.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// Calls visit(listener, data, context) for each, in their order.
void visit_listeners(void (*visit)(backstop_listener listener, void *data, void *context), void *context);

} // namespace runtime
} // namespace backstop
