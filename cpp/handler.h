// What happens when a signal arrives.
#pragma once

#include <csignal>

namespace backstop {
namespace runtime {

// The seven.
constexpr int fault_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

// The signal handler. Everything it calls is async-signal-safe; see the file.
void on_signal(int signal, siginfo_t *info, void *context);

} // namespace runtime
} // namespace backstop
