// What a jump has to put back besides the registers, so that the caller finds everything as it was before the
// call.
#pragma once

#include "itanium.h"
#include "thread.h"

namespace backstop {
namespace runtime {

// The kernel enters a signal handler with default floating-point control, so a jump out of one would lose the
// rounding mode and the trap mask. The callee preserves both, so on the normal way nothing is reloaded.
struct FloatingPointControl {
#if defined(__x86_64__)
  uint32_t sse;
  uint16_t x87;
  void save() noexcept { __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(sse), "=m"(x87)); }
  void restore() const noexcept { __asm__ volatile("fnclex\n\tldmxcsr %0\n\tfldcw %1" : : "m"(sse), "m"(x87)); }
#elif defined(__aarch64__)
  uint64_t fpcr;
  void save() noexcept { __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr)); }
  void restore() const noexcept { __asm__ volatile("msr fpcr, %0" : : "r"(fpcr)); }
#elif defined(__riscv)
  uint64_t frm;
  void save() noexcept { __asm__ volatile("frrm %0" : "=r"(frm)); }
  void restore() const noexcept { __asm__ volatile("fsrm %0" : : "r"(frm)); }
#endif
};

struct Surroundings {
  int error_number;
  ExceptionGlobals exceptions;
  FloatingPointControl floating_point;

  void save() noexcept {
    error_number = *thread.error_number;
    exceptions = *static_cast<ExceptionGlobals *>(thread.exceptions);
    floating_point.save();
  }
};

} // namespace runtime
} // namespace backstop
