#include "snapshot.h"
#include "registers.h"
#include "thread.h"
#include <cerrno>
#include <unistd.h>

namespace backstop {
namespace runtime {

// Async-signal-safe: reads memory and asks for the thread's id. The calls into libc are bound at load
// (-fno-plt).
backstop_fault describe(int signal, const siginfo_t &info, const ucontext_t &context, const char *message) noexcept {
  backstop_fault fault = {};
  fault.size = sizeof(fault);
  fault.signal = signal;
  fault.code = info.si_code;
  fault.error_number = errno;
  fault.thread = static_cast<int32_t>(syscall(SYS_gettid));
  fault.instruction_pointer = instruction_pointer(context);
  fault.stack_pointer = stack_pointer(context);
  fault.stack_low = thread.stack_low;
  fault.stack_high = thread.stack_high;
  fault.message = message;
  return fault;
}

void store(Snapshot &snapshot, const backstop_fault &fault) noexcept {
  snapshot.fault = fault;
  snapshot.fault.message = nullptr;
  snapshot.message.set(fault.message != nullptr ? fault.message : "");
  snapshot.exception = nullptr;
  snapshot.has_what = false;
}

} // namespace runtime
} // namespace backstop
