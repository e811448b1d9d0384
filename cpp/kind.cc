#include "kind.h"
#include "heap_corruption.h"
#include "instruction.h"
#include "stack.h"
#include <cstring>
#include <dlfcn.h>

namespace backstop {
namespace runtime {
namespace {

static_assert(static_cast<int>(Access::read) == BACKSTOP_ACCESS_READ &&
                  static_cast<int>(Access::write) == BACKSTOP_ACCESS_WRITE &&
                  static_cast<int>(Access::execute) == BACKSTOP_ACCESS_EXECUTE,
              "the same numbers");

// ---- Aborts ---------------------------------------------------------------------------------------------------------

bool begins_with(const char *message, const char *text) noexcept {
  return std::strncmp(message, text, std::strlen(text)) == 0;
}

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
  if (begins_with(message, "*** stack smashing ")) {
    return BACKSTOP_FAULT_STACK_SMASHING;
  }
  if (begins_with(message, "*** ")) { // *** buffer overflow detected ***, and whatever else is checked
    return BACKSTOP_FAULT_FORTIFY;
  }
  return is_assertion(message) ? BACKSTOP_FAULT_ASSERTION : BACKSTOP_FAULT_ABORT;
}

// Called on the way to abort or std::terminate by those who know why. Zero: not in this process.
struct Caller {
  const char *name;
  backstop_fault_kind kind;
  uintptr_t start;
};

Caller callers[] = {
    {"__cxa_pure_virtual", BACKSTOP_FAULT_PURE_VIRTUAL_CALL, 0},
    {"__cxa_deleted_virtual", BACKSTOP_FAULT_PURE_VIRTUAL_CALL, 0},
    {"_ZSt21__glibcxx_assert_failPKciS0_S0_", BACKSTOP_FAULT_LIBRARY_ASSERTION, 0},
    {"_ZSt20__replacement_assertPKciS0_S0_", BACKSTOP_FAULT_LIBRARY_ASSERTION, 0}, // headers before gcc 12
    {"__assert_fail", BACKSTOP_FAULT_ASSERTION, 0},
    {"__assert_perror_fail", BACKSTOP_FAULT_ASSERTION, 0},
    {"__stack_chk_fail", BACKSTOP_FAULT_STACK_SMASHING, 0},
    {"__chk_fail", BACKSTOP_FAULT_FORTIFY, 0},
};

// ---- Accesses -------------------------------------------------------------------------------------------------------

enum class Overflow { none, probable, certain };

// Whether an access with this stack pointer ran off the end of the stack.
Overflow overflow_of(const backstop_fault &fault) noexcept {
  const uintptr_t stack_pointer = fault.stack_pointer, address = fault.address;
  constexpr uintptr_t gap = uintptr_t(1) << 20;      // as the kernel keeps free below a stack that grows
  constexpr uintptr_t farthest = uintptr_t(1) << 31; // no compiler makes larger frames
  constexpr uintptr_t reserve = 64 * 1024;
  const uintptr_t low = thread.stack_low;
  if (is_past_stack(stack_pointer, address)) {
    const uintptr_t step = stack_pointer < low ? low - stack_pointer : 0;
    return step <= gap ? Overflow::certain : step <= farthest ? Overflow::probable : Overflow::none;
  }
  // The host keeps the last pages of its stacks from being used, as the JVM does.
  const uintptr_t away = address > stack_pointer ? address - stack_pointer : stack_pointer - address;
  if (fault.code == SEGV_ACCERR && is_within_stack(stack_pointer) && is_within_stack(address) && away <= gap) {
    return Overflow::certain;
  }
  // Code that tries the pages of a large frame before it takes them has its stack pointer on the stack still.
  const bool is_nearly_full = is_within_stack(stack_pointer) && stack_pointer - low < reserve;
  const bool is_at_end = address + page_size >= low && address < low + page_size;
  return is_nearly_full && is_at_end && address < stack_pointer ? Overflow::probable : Overflow::none;
}

backstop_fault_kind kind_of_access(Access access, bool is_mapped) noexcept {
  switch (access) {
  case Access::read:
    return is_mapped ? BACKSTOP_FAULT_FORBIDDEN_READ : BACKSTOP_FAULT_WILD_READ;
  case Access::write:
    return is_mapped ? BACKSTOP_FAULT_FORBIDDEN_WRITE : BACKSTOP_FAULT_WILD_WRITE;
  case Access::execute:
    return BACKSTOP_FAULT_WILD_JUMP;
  default:
    return is_mapped ? BACKSTOP_FAULT_FORBIDDEN_ACCESS : BACKSTOP_FAULT_WILD_ACCESS;
  }
}

backstop_fault_kind kind_of_page_fault(const backstop_fault &fault) noexcept {
  if (fault.address < page_size) {
    return BACKSTOP_FAULT_NULL_DEREFERENCE;
  }
  const auto access = static_cast<Access>(fault.access);
  if (access == Access::execute) {
    return BACKSTOP_FAULT_WILD_JUMP;
  }
  switch (overflow_of(fault)) {
  case Overflow::certain:
    return BACKSTOP_FAULT_STACK_OVERFLOW;
  case Overflow::probable:
    return BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW;
  default:
    return kind_of_access(access, fault.code != SEGV_MAPERR);
  }
}

// Takes what the instruction tells for what the kernel didn't.
backstop_fault_kind kind_of_refusal(backstop_fault &fault, const ucontext_t &context) noexcept {
  const Rejection rejection = rejection_of(context);
  fault.has_address = rejection.has_address;
  fault.address = rejection.address;
  fault.access = static_cast<backstop_access>(rejection.access);
  switch (rejection.why) {
  case Rejection::non_canonical:
    return BACKSTOP_FAULT_NON_CANONICAL;
  case Rejection::misaligned:
    return BACKSTOP_FAULT_MISALIGNED;
  case Rejection::privileged:
    return BACKSTOP_FAULT_PRIVILEGED_INSTRUCTION;
  default:
    return BACKSTOP_FAULT_BAD_ADDRESS;
  }
}

backstop_fault_kind kind_of_bus_error(backstop_fault &fault, const ucontext_t &context) noexcept {
  switch (fault.code) {
  case BUS_ADRALN:
    if (fault.address == 0) { // x86 gives none
      kind_of_refusal(fault, context);
    }
    return BACKSTOP_FAULT_MISALIGNED;
  case BUS_ADRERR:
    return BACKSTOP_FAULT_TRUNCATED_MAPPING;
  case SI_KERNEL: // x86: through the stack or frame pointer
    return kind_of_refusal(fault, context);
  default:
    return BACKSTOP_FAULT_HARDWARE;
  }
}

// ---- All ------------------------------------------------------------------------------------------------------------

Access access_to(const backstop_fault &fault, const ucontext_t &context) noexcept {
  const bool is_access = fault.has_address && (fault.signal == SIGSEGV || fault.signal == SIGBUS);
  const Access told = is_access ? access_of(context) : Access::unknown;
  const bool is_own = is_access && fault.address == fault.instruction_pointer;
  return told == Access::unknown && is_own ? Access::execute : told;
}

// Whether si_addr is what was accessed. A general protection has none, and neither have an int3 and an abort.
bool has_address(int signal, int code) noexcept {
  return (signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL) && code > 0 &&
         code != SI_KERNEL;
}

backstop_fault_kind kind_of_arithmetic(int code, const ucontext_t &context) noexcept {
  switch (code) {
  case FPE_INTDIV:
    return divides_by_zero(context) ? BACKSTOP_FAULT_DIVIDE_BY_ZERO : BACKSTOP_FAULT_DIVIDE_OVERFLOW;
  case FPE_INTOVF:
    return BACKSTOP_FAULT_DIVIDE_OVERFLOW;
  default:
    return BACKSTOP_FAULT_FLOATING_POINT;
  }
}

backstop_fault_kind kind_of(backstop_fault &fault, const ucontext_t &context) noexcept {
  if (fault.code <= 0 && fault.signal != SIGABRT) {
    return BACKSTOP_FAULT_OTHER; // sent
  }
  switch (fault.signal) {
  case SIGSEGV:
    return fault.has_address ? kind_of_page_fault(fault) : kind_of_refusal(fault, context);
  case SIGBUS:
    return kind_of_bus_error(fault, context);
  case SIGFPE:
    return kind_of_arithmetic(fault.code, context);
  case SIGILL:
    return fault.code == ILL_PRVOPC || fault.code == ILL_PRVREG ? BACKSTOP_FAULT_PRIVILEGED_INSTRUCTION
           : is_builtin_trap(context)                           ? BACKSTOP_FAULT_BUILTIN_TRAP
                                                                : BACKSTOP_FAULT_ILLEGAL_INSTRUCTION;
  case SIGTRAP:
    return is_builtin_trap(context) ? BACKSTOP_FAULT_BUILTIN_TRAP : BACKSTOP_FAULT_BREAKPOINT;
  case SIGSYS:
    return BACKSTOP_FAULT_BAD_SYSTEM_CALL;
  case SIGABRT:
    return kind_of_abort(fault.message);
  default:
    return BACKSTOP_FAULT_OTHER;
  }
}

} // namespace

void classify(backstop_fault &fault, const siginfo_t &info, const ucontext_t &context) noexcept {
  fault.has_address = has_address(fault.signal, fault.code);
  fault.address = fault.has_address ? reinterpret_cast<uintptr_t>(info.si_addr) : 0;
  fault.system_call = fault.signal == SIGSYS && fault.code > 0 ? info.si_syscall : -1;
  fault.access = static_cast<backstop_access>(access_to(fault, context));
  fault.kind = kind_of(fault, context);
}

backstop_fault_kind refine(backstop_fault_kind kind, uintptr_t function) noexcept {
  if (kind == BACKSTOP_FAULT_ABORT || kind == BACKSTOP_FAULT_TERMINATE) {
    for (const Caller &caller : callers) {
      if (caller.start == function && function != 0) {
        return caller.kind;
      }
    }
  }
  return kind;
}

// The first after this library's own module: a program that isn't position-independent has entries of its own for the
// functions of libraries, which lead there.
void prepare_kinds() noexcept {
  for (Caller &caller : callers) {
    void *code = dlsym(RTLD_NEXT, caller.name);
    caller.start = reinterpret_cast<uintptr_t>(code != nullptr ? code : dlsym(RTLD_DEFAULT, caller.name));
  }
  dlerror(); // that some aren't there is no error for the program to come upon
}

} // namespace runtime
} // namespace backstop
