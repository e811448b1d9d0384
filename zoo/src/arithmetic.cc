// Divisions that have no answer, and floating-point operations that were told to trap.
#include "opaque.h"
#include "zoo.h"
#include <cfenv>
#include <cfloat>
#include <climits>

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

std::int32_t divide_by_zero() { return opaque(1) / opaque(0); }

std::int32_t divide_overflow() { return opaque(INT_MIN) / opaque(-1); }

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
