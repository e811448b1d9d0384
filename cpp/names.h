// Names of numbers, for messages. All answers are literals; null where there is no name.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

const char *signal_name(int signal) noexcept;
const char *code_name(int signal, int code) noexcept;
const char *kind_name(backstop_fault_kind kind) noexcept;

} // namespace runtime
} // namespace backstop
