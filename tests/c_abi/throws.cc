#include "throws.h"
#include <stdexcept>
#include <string>

void throw_runtime_error(void *context) { throw std::runtime_error(static_cast<const char *>(context)); }

void throw_string_with_nul(void *) { throw std::string("a\0b", 3); }

void throw_int(void *) { throw 42; }

namespace {

void from_noexcept(void *context) noexcept { throw_runtime_error(context); }

} // namespace

void throw_out_of_noexcept(void *context) { from_noexcept(context); }
