// The program's own fault handlers: backstop_add_handler. Of all copies, those of the first are in use.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// Asks them, in their order, until one answers other than BACKSTOP_CONTINUE. Runs in the signal handler.
backstop_answer ask_fault_handlers(const backstop_fault &fault, void *info, void *context) noexcept;

// False if there is no memory, or no such handler.
bool add_fault_handler(backstop_handler handler, void *data, int32_t priority) noexcept;
bool remove_fault_handler(backstop_handler handler, void *data) noexcept;

} // namespace runtime
} // namespace backstop
