// What happens when a signal arrives.
#pragma once

#include <csignal>

namespace backstop {
namespace runtime {

// The seven.
constexpr int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

// The signal handler, of the first copy. Everything it calls is async-signal-safe; see the file.
void on_signal(int signal, siginfo_t *info, void *context);

// What this copy does about a signal, if it is the one to decide, or nobody is.
void handle(int signal, siginfo_t *info, void *context);

} // namespace runtime
} // namespace backstop
