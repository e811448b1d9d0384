// The program's own fault handlers: backstop_add_handler.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// Asks them, in their order, until one answers other than BACKSTOP_CONTINUE. Runs in the signal handler.
backstop_answer ask_fault_handlers(const backstop_fault &fault, void *info, void *context) noexcept;

} // namespace runtime
} // namespace backstop
