// What behaves, and what tells tests how things stand.
#include "controls.h"
#include "../include/backstop/zoo.h"
#include "opaque.h"
#include <cfenv>
#include <exception>
#include <stdexcept>
#include <string>

namespace zoo {

std::int32_t add(std::int32_t left, std::int32_t right) { return left + right; }

rust::String greet(rust::Str name) { return "hello, " + std::string(name); }

void complain(rust::Str text) { throw std::runtime_error(std::string(text)); }

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

void jumped(rust::Str name) {
  std::size_t count;
  const backstop_zoo_case *const cases = backstop_zoo_cases(&count);
  for (std::size_t index = 0; index < count; ++index) {
    if (name == rust::Str(cases[index].name)) {
      return cases[index].call();
    }
  }
  throw std::invalid_argument("no case of the name " + std::string(name) + " on this machine");
}

void unguarded(rust::Str name) { jumped(name); }

} // namespace zoo
