// What behaves, and what tells tests how things stand.
#include "opaque.h"
#include "zoo.h"
#include <cerrno>
#include <cfenv>
#include <exception>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <system_error>

namespace zoo {

thread_local std::uintptr_t target;

std::int32_t add(std::int32_t left, std::int32_t right) { return left + right; }

rust::String greet(rust::Str name) { return "hello, " + std::string(name); }

void complain(rust::Str text) { throw std::runtime_error(std::string(text)); }

void null_to_kernel() {
  if (open(opaque<const char *>(nullptr), O_RDONLY) != -1 || errno != EFAULT)
    throw std::system_error(errno, std::generic_category(), "open");
}

std::size_t last_target() { return target; }

// The modes without the flags: those tell what was computed, not how.
std::uint64_t float_control() {
#if defined(__x86_64__)
  std::uint16_t x87;
  asm volatile("fnstcw %0" : "=m"(x87));
  std::uint32_t sse;
  asm volatile("stmxcsr %0" : "=m"(sse));
  return std::uint64_t{sse & 0xffc0} << 16 | x87;
#elif defined(__aarch64__)
  std::uint64_t fpcr;
  asm volatile("mrs %0, fpcr" : "=r"(fpcr));
  return fpcr;
#else
  return static_cast<std::uint64_t>(std::fegetround());
#endif
}

void round_upward() { std::fesetround(FE_UPWARD); }

bool exceptions_in_flight() { return std::uncaught_exceptions() != 0 || std::current_exception() != nullptr; }

} // namespace zoo
