#include "backstop-stress/src/operations/calls.h"
#include <string>

namespace stress {

std::uint64_t echo(std::uint64_t token) { return token; }

rust::String describe(std::uint64_t token) { return std::to_string(token); }

} // namespace stress
