// Names of numbers, for messages. All answers are literals; null where there is no name.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

const char *signal_name(int signal) noexcept;
const char *code_name(int signal, int code) noexcept;
const char *kind_name(backstop_fault_kind kind) noexcept;

// " (read)" and so on, to follow a kind's name that leaves it open; empty if it doesn't, or if that isn't known.
const char *access_note(backstop_fault_kind kind, backstop_access access) noexcept;

} // namespace runtime
} // namespace backstop
