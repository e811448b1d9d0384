// What else is in this process that has to do with signals: for the status, in ordinary context.
#pragma once

#include <cstddef>
#include <cstdint>

namespace backstop {
namespace runtime {

// The process that traces this one, a debugger as a rule; 0: none.
int32_t debugger() noexcept;

// Both write names with commas between them, cut to `size` bytes, and only those that are certain.
void list_sanitizers(char *names, size_t size) noexcept;
void list_hosts(char *names, size_t size) noexcept;

} // namespace runtime
} // namespace backstop
