// C++ that fails with what it is told to say: see src/report.rs.
#pragma once

#include "rust/cxx.h"
#include <cstddef>
#include <cstdint>

using Text = rust::Slice<const std::uint8_t>;

void throw_runtime_error(Text text);
void throw_text(Text text);
void throw_code(std::int32_t value, Text name, Text text);
void throw_filesystem_error(Text first, Text second);
void throw_nested(Text text, std::uint32_t depth);
void throw_liar(std::int32_t kind);
void fault_in_thread(Text name);
void terminate(Text text);
void call_complain(Text text);
void call_panic_with(Text text);
void report_to_c(Text text, std::size_t size);
