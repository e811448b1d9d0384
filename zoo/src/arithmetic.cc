// Divisions that have no answer, and floating-point operations that were told to trap.
#include "opaque.h"
#include "zoo.h"
#include <cfenv>
#include <cfloat>
#include <climits>
#include <limits>

namespace zoo {
namespace {

// From here on such an operation is a fault. The flags are cleared since an old one would trap at once.
void trap(int exception) {
  std::feclearexcept(FE_ALL_EXCEPT);
  feenableexcept(exception);
}

// Volatile, so that they are computed when the program runs, and where they stand.
volatile double zero = 0.0;
volatile double one = 1.0;
volatile double three = 3.0;
volatile double smallest = DBL_MIN;
volatile double largest = DBL_MAX;
volatile double result;
volatile long double extended_zero = 0.0L;
volatile long double extended_result;

} // namespace

// An optimiser that sees both sides would leave out a division that nobody wants the quotient of.
std::int32_t divide_by_zero() { return opaque(opaque(1) / opaque(0)); }

std::int32_t divide_overflow() { return opaque(opaque(INT_MIN) / opaque(-1)); }

std::int64_t wide_divide_by_zero() { return opaque(opaque(std::int64_t{1}) / opaque(std::int64_t{0})); }

std::int64_t wide_divide_overflow() {
  return opaque(opaque(std::numeric_limits<std::int64_t>::min()) / opaque(std::int64_t{-1}));
}

// With the divisor in memory, or of a byte, as compilers make it of larger expressions only.
void divide_by_zero_in_memory() {
#if defined(__x86_64__)
  std::int32_t divisors[] = {1, 2, 0, 3};
  asm volatile("cltd\n\tidivl (%0,%1,4)"
               :
               : "r"(divisors), "r"(opaque(std::size_t{2})), "a"(1)
               : "rdx", "cc", "memory");
#endif
}

void divide_overflow_in_memory() {
#if defined(__x86_64__)
  std::int32_t divisors[] = {0, -1, 0, 0};
  asm volatile("cltd\n\tidivl 4(%0)" : : "r"(divisors), "a"(INT_MIN) : "rdx", "cc", "memory");
#endif
}

void byte_divide_by_zero() {
#if defined(__x86_64__)
  asm volatile("idivb %%ch" : : "a"(1), "c"(0x00ff) : "cc");
#endif
}

void byte_divide_overflow() {
#if defined(__x86_64__)
  asm volatile("idivb %%ch" : : "a"(0x4000), "c"(0x0100) : "cc");
#endif
}

void float_divide() {
  trap(FE_DIVBYZERO);
  result = one / zero;
}

void float_overflow() {
  trap(FE_OVERFLOW);
  result = largest * largest;
}

void float_underflow() {
  trap(FE_UNDERFLOW);
  result = smallest * smallest;
}

void float_invalid() {
  trap(FE_INVALID);
  result = zero / zero;
}

void float_inexact() {
  trap(FE_INEXACT);
  result = one / three;
}

// long double is the x87's on x86-64: it traps at the instruction after the division, and has modes of its
// own.
void x87_divide() {
  trap(FE_DIVBYZERO);
  extended_result = 1.0L / extended_zero;
}

} // namespace zoo
