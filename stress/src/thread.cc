// What only C++ can ask of a thread.
#include <cfenv>
#include <cstdint>
#include <exception>

extern "C" {

// The rounding mode, and which floating-point exceptions trap.
std::uint64_t stress_float_control() {
  return static_cast<std::uint64_t>(std::fegetround()) << 32 | static_cast<std::uint32_t>(fegetexcept());
}

// Exceptions of this thread that are on their way, or being handled.
int stress_uncaught() { return std::uncaught_exceptions() + (std::current_exception() != nullptr); }
}
