#include "snapshot.h"
#include "heap_corruption.h"
#include "registers.h"
#include "stack.h"
#include "thread.h"
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

// file.cc:12: function: Assertion `x' failed. The words may be translated, the number between colons is there.
bool is_assertion(const char *message) noexcept {
  for (const char *colon = std::strchr(message, ':'); colon != nullptr; colon = std::strchr(colon + 1, ':')) {
    const size_t digits = std::strspn(colon + 1, "0123456789");
    if (digits > 0 && std::strncmp(colon + 1 + digits, ": ", 2) == 0) {
      return true;
    }
  }
  return false;
}

backstop_fault_kind kind_of_abort(const char *message) noexcept {
  if (message == nullptr) {
    return BACKSTOP_FAULT_ABORT;
  }
  if (is_allocators(message)) {
    return BACKSTOP_FAULT_HEAP_CORRUPTION;
  }
  if (std::strncmp(message, "*** ", 4) == 0) {
    return BACKSTOP_FAULT_STACK_SMASHING; // *** stack smashing detected ***, *** buffer overflow detected ***, ...
  }
  return is_assertion(message) ? BACKSTOP_FAULT_ASSERTION : BACKSTOP_FAULT_ABORT;
}

backstop_fault_kind kind_of_access(int code, const ucontext_t &context, const backstop_fault &fault) noexcept {
  const Access access = access_of(context);
  if (!fault.has_address) {
    return BACKSTOP_FAULT_BAD_ADDRESS;
  }
  if (access == Access::execute || fault.address == fault.instruction_pointer) {
    return BACKSTOP_FAULT_WILD_JUMP;
  }
  if (fault.address < page_size) {
    return BACKSTOP_FAULT_NULL_DEREFERENCE;
  }
  if (is_past_stack(fault.stack_pointer, fault.address)) {
    return BACKSTOP_FAULT_STACK_OVERFLOW;
  }
  const bool forbidden = code == SEGV_ACCERR;
  switch (access) {
  case Access::read:
    return forbidden ? BACKSTOP_FAULT_FORBIDDEN_READ : BACKSTOP_FAULT_WILD_READ;
  case Access::write:
    return forbidden ? BACKSTOP_FAULT_FORBIDDEN_WRITE : BACKSTOP_FAULT_WILD_WRITE;
  default:
    return BACKSTOP_FAULT_WILD_ACCESS;
  }
}

backstop_fault_kind kind_of(int code, const ucontext_t &context, const backstop_fault &fault) noexcept {
  switch (fault.signal) {
  case SIGSEGV:
    return kind_of_access(code, context, fault);
  case SIGBUS:
    return code == BUS_ADRERR   ? BACKSTOP_FAULT_TRUNCATED_MAPPING
           : code == BUS_ADRALN ? BACKSTOP_FAULT_MISALIGNED
           : code == SI_KERNEL  ? BACKSTOP_FAULT_BAD_ADDRESS // through the stack or frame pointer of x86
                                : BACKSTOP_FAULT_HARDWARE;
  case SIGFPE:
    return code == FPE_INTDIV || code == FPE_INTOVF ? BACKSTOP_FAULT_DIVIDE_BY_ZERO : BACKSTOP_FAULT_FLOATING_POINT;
  case SIGILL:
    return BACKSTOP_FAULT_ILLEGAL_INSTRUCTION;
  case SIGTRAP:
    return BACKSTOP_FAULT_TRAP;
  case SIGSYS:
    return BACKSTOP_FAULT_BAD_SYSTEM_CALL;
  case SIGABRT:
    return kind_of_abort(fault.message);
  default:
    return BACKSTOP_FAULT_OTHER;
  }
}

// Whether si_addr is what was accessed. A non-canonical or misaligned address arrives as 0 with SI_KERNEL; an
// int3 and an abort have none at all.
bool has_address(int signal, int code) noexcept {
  return (signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL) && code > 0 &&
         code != SI_KERNEL;
}

} // namespace

// Async-signal-safe: reads memory and asks for the thread's id. The calls into libc are bound at load
// (-fno-plt).
backstop_fault describe(int signal, const siginfo_t &info, const ucontext_t &context, const char *message) noexcept {
  backstop_fault fault = {};
  fault.size = sizeof(fault);
  fault.signal = signal;
  fault.code = info.si_code;
  fault.error_number = errno;
  fault.thread = static_cast<int32_t>(syscall(SYS_gettid));
  fault.has_address = has_address(signal, info.si_code);
  fault.address = fault.has_address ? reinterpret_cast<uintptr_t>(info.si_addr) : 0;
  fault.instruction_pointer = instruction_pointer(context);
  fault.stack_pointer = stack_pointer(context);
  fault.message = message;
  fault.kind = kind_of(info.si_code, context, fault);
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
