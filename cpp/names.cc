#include "names.h"
#include <csignal>

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
  static const char *const names[] = {
      "fault",
      "null dereference",
      "wild read",
      "wild write",
      "read of forbidden memory",
      "write to forbidden memory",
      "wild access",
      "access at a non-canonical or misaligned address",
      "jump to what is not code",
      "stack overflow",
      "access past the end of a mapped file",
      "misaligned access",
      "memory or device failure",
      "integer division by zero or overflow",
      "floating-point exception",
      "illegal instruction",
      "trap",
      "system call refused by seccomp",
      "abort",
      "assertion failed",
      "heap corruption",
      "buffer overflow",
      "std::terminate",
  };
  const auto index = static_cast<size_t>(kind);
  return index < sizeof(names) / sizeof(names[0]) ? names[index] : names[0];
}

} // namespace runtime
} // namespace backstop
