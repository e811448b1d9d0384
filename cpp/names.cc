#include "names.h"
#include <csignal>
#include <cstddef>

namespace backstop {
namespace runtime {
namespace {

struct Row {
  int signal; // 0: whichever
  int code;
  const char *name;
};

#define NAME(signal, code) {signal, code, #code}
const Row codes[] = {
    NAME(0, SI_USER),
    NAME(0, SI_KERNEL),
    NAME(0, SI_QUEUE),
    NAME(0, SI_TIMER),
    NAME(0, SI_TKILL),
    NAME(SIGSEGV, SEGV_MAPERR),
    NAME(SIGSEGV, SEGV_ACCERR),
    NAME(SIGSEGV, SEGV_BNDERR),
    NAME(SIGSEGV, SEGV_PKUERR),
    NAME(SIGBUS, BUS_ADRALN),
    NAME(SIGBUS, BUS_ADRERR),
    NAME(SIGBUS, BUS_OBJERR),
    NAME(SIGBUS, BUS_MCEERR_AR),
    NAME(SIGBUS, BUS_MCEERR_AO),
    NAME(SIGFPE, FPE_INTDIV),
    NAME(SIGFPE, FPE_INTOVF),
    NAME(SIGFPE, FPE_FLTDIV),
    NAME(SIGFPE, FPE_FLTOVF),
    NAME(SIGFPE, FPE_FLTUND),
    NAME(SIGFPE, FPE_FLTRES),
    NAME(SIGFPE, FPE_FLTINV),
    NAME(SIGFPE, FPE_FLTSUB),
    NAME(SIGILL, ILL_ILLOPC),
    NAME(SIGILL, ILL_ILLOPN),
    NAME(SIGILL, ILL_ILLADR),
    NAME(SIGILL, ILL_ILLTRP),
    NAME(SIGILL, ILL_PRVOPC),
    NAME(SIGILL, ILL_PRVREG),
    NAME(SIGILL, ILL_COPROC),
    NAME(SIGILL, ILL_BADSTK),
    NAME(SIGTRAP, TRAP_BRKPT),
    NAME(SIGTRAP, TRAP_TRACE),
#ifdef SYS_SECCOMP
    NAME(SIGSYS, SYS_SECCOMP),
#else
    {SIGSYS, 1, "SYS_SECCOMP"},
#endif
};
#undef NAME

struct Kind {
  backstop_fault_kind kind;
  const char *name;
  bool leaves_access_open; // the name doesn't say whether it was a read, a write or an execution
};

constexpr Kind kinds[] = {
    {BACKSTOP_FAULT_OTHER, "fault", false},
    {BACKSTOP_FAULT_NULL_DEREFERENCE, "null dereference", true},
    {BACKSTOP_FAULT_WILD_READ, "wild read", false},
    {BACKSTOP_FAULT_WILD_WRITE, "wild write", false},
    {BACKSTOP_FAULT_WILD_ACCESS, "wild access", false},
    {BACKSTOP_FAULT_FORBIDDEN_READ, "read of forbidden memory", false},
    {BACKSTOP_FAULT_FORBIDDEN_WRITE, "write to forbidden memory", false},
    {BACKSTOP_FAULT_FORBIDDEN_ACCESS, "access to forbidden memory", false},
    {BACKSTOP_FAULT_WILD_JUMP, "jump to what is not code", false},
    {BACKSTOP_FAULT_NON_CANONICAL, "non-canonical address", true},
    {BACKSTOP_FAULT_MISALIGNED, "misaligned access", true},
    {BACKSTOP_FAULT_BAD_ADDRESS, "access that the processor refuses", false},
    {BACKSTOP_FAULT_STACK_OVERFLOW, "stack overflow", false},
    {BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW, "probable stack overflow", false},
    {BACKSTOP_FAULT_TRUNCATED_MAPPING, "access past the end of a mapped file", true},
    {BACKSTOP_FAULT_HARDWARE, "memory or device failure", false},
    {BACKSTOP_FAULT_DIVIDE_BY_ZERO, "integer division by zero", false},
    {BACKSTOP_FAULT_DIVIDE_OVERFLOW, "integer overflow in division", false},
    {BACKSTOP_FAULT_FLOATING_POINT, "floating-point exception", false},
    {BACKSTOP_FAULT_ILLEGAL_INSTRUCTION, "illegal instruction", false},
    {BACKSTOP_FAULT_PRIVILEGED_INSTRUCTION, "privileged instruction", false},
    {BACKSTOP_FAULT_BUILTIN_TRAP, "__builtin_trap", false},
    {BACKSTOP_FAULT_BREAKPOINT, "breakpoint", false},
    {BACKSTOP_FAULT_BAD_SYSTEM_CALL, "system call refused by seccomp", false},
    {BACKSTOP_FAULT_ABORT, "abort", false},
    {BACKSTOP_FAULT_ASSERTION, "assertion failed", false},
    {BACKSTOP_FAULT_LIBRARY_ASSERTION, "assertion of the C++ library failed", false},
    {BACKSTOP_FAULT_HEAP_CORRUPTION, "heap corruption", false},
    {BACKSTOP_FAULT_STACK_SMASHING, "stack smashing", false},
    {BACKSTOP_FAULT_FORTIFY, "fortify check failed", false},
    {BACKSTOP_FAULT_PURE_VIRTUAL_CALL, "pure virtual call", false},
    {BACKSTOP_FAULT_TERMINATE, "std::terminate", false},
};
constexpr size_t kind_count = sizeof(kinds) / sizeof(kinds[0]);

constexpr bool are_in_order() {
  for (size_t index = 0; index < kind_count; ++index) {
    if (static_cast<size_t>(kinds[index].kind) != index) {
      return false;
    }
  }
  return true;
}
static_assert(are_in_order(), "a kind's row is the one of its number");

} // namespace

const char *signal_name(int signal) noexcept {
  switch (signal) {
  case SIGSEGV:
    return "SIGSEGV";
  case SIGBUS:
    return "SIGBUS";
  case SIGFPE:
    return "SIGFPE";
  case SIGILL:
    return "SIGILL";
  case SIGABRT:
    return "SIGABRT";
  case SIGTRAP:
    return "SIGTRAP";
  case SIGSYS:
    return "SIGSYS";
  default:
    return nullptr;
  }
}

const char *code_name(int signal, int code) noexcept {
  for (const Row &row : codes) {
    if (row.code == code && (row.signal == 0 || row.signal == signal)) {
      return row.name;
    }
  }
  return nullptr;
}

const char *kind_name(backstop_fault_kind kind) noexcept {
  const auto index = static_cast<size_t>(kind);
  return index < kind_count ? kinds[index].name : kinds[BACKSTOP_FAULT_OTHER].name;
}

const char *access_note(backstop_fault_kind kind, backstop_access access) noexcept {
  const auto index = static_cast<size_t>(kind);
  if (index >= kind_count || !kinds[index].leaves_access_open) {
    return "";
  }
  switch (access) {
  case BACKSTOP_ACCESS_READ:
    return " (read)";
  case BACKSTOP_ACCESS_WRITE:
    return " (write)";
  case BACKSTOP_ACCESS_EXECUTE:
    return " (execute)";
  default:
    return "";
  }
}

} // namespace runtime
} // namespace backstop
