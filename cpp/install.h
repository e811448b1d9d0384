// Installing the fault handler, once per process, and saying what can be done here.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// False if faults aren't handled in this process.
bool install_with_defaults() noexcept;

// Whether they are.
bool is_installed() noexcept;

} // namespace runtime
} // namespace backstop
