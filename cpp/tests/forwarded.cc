// Faults that are not recovered, each in a process of its own: they end it as they would without backstop.
#include "support.h"
#include "zoo.h"
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

TEST_SUITE_BEGIN("forwarded");

namespace {

struct End {
  int status;
  std::string said; // on stderr

  bool is_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
  bool is_exit(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
};

End end_of(void (*body)()) {
  std::FILE *output = std::tmpfile();
  REQUIRE(output != nullptr);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(fileno(output), STDERR_FILENO);
    alarm(20); // a deadlock is the commonest way to fail
    body();
    _exit(0);
  }
  End end = {};
  CHECK(waitpid(child, &end.status, 0) == child);
  std::rewind(output);
  for (int character; (character = std::fgetc(output)) != EOF;) {
    end.said += static_cast<char>(character);
  }
  std::fclose(output);
  return end;
}

bool has(const std::string &text, const char *part) { return text.find(part) != std::string::npos; }

void install() {
  guarded([] {});
}

} // namespace

TEST_CASE("outside of a guard a fault ends the process by its signal") {
  struct {
    void (*body)();
    int signal;
  } const rows[] = {
      {[] {
         install();
         fault();
       },
       SIGSEGV},
      {[] {
         install();
         zoo::truncated_mapping_read();
       },
       SIGBUS},
      {[] {
         install();
         std::abort();
       },
       SIGABRT},
#ifdef __x86_64__
      {[] {
         install();
         zoo::divide_by_zero();
       },
       SIGFPE},
      {[] {
         install();
         zoo::illegal_instruction();
       },
       SIGILL},
      {[] {
         install();
         zoo::breakpoint();
       },
       SIGTRAP},
#endif
  };
  for (const auto &row : rows) {
    CAPTURE(row.signal);
    const End end = end_of(row.body);
    CAPTURE(end.status);
    CAPTURE(end.said);
    CHECK(end.is_by(row.signal));
  }
}

TEST_CASE("also on a thread that a guarded call has started") {
  const End end = end_of([] { guarded([] { std::thread(fault).join(); }); });
  CHECK(end.is_by(SIGSEGV));
}

TEST_CASE("the handler that was there before gets it, with what the kernel said") {
  const End end = end_of([] {
    struct sigaction action = {};
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = [](int signal, siginfo_t *info, void *context) {
      _exit(signal == SIGSEGV && info->si_addr == nullptr && context != nullptr ? 3 : 4);
    };
    sigaction(SIGSEGV, &action, nullptr);
    if (!guarded(fault)) { // which is none of its business
      _exit(5);
    }
    fault();
  });
  CAPTURE(end.status);
  CHECK(end.is_exit(3));
}

TEST_CASE("behind a barrier, and its name is told") {
  const End end = end_of([] {
    guarded([] {
      const uint32_t previous = backstop_barrier_enter("on_event");
      fault();
      backstop_barrier_leave(previous);
    });
  });
  CHECK(end.is_by(SIGSEGV));
  CHECK(has(end.said, "on_event"));
}

TEST_CASE("what was sent, though a guard is there") {
  const End end = end_of([] { guarded([] { std::raise(SIGSEGV); }); });
  CAPTURE(end.said);
  CHECK(end.is_by(SIGSEGV));
  CHECK(has(end.said, "it was sent to the thread"));
}

// From this frame up to where the guard was called.
__attribute__((noinline)) static void overwrite_to(const char *end) {
  char *volatile start = static_cast<char *>(__builtin_frame_address(0));
  std::memset(start, 0x41, static_cast<size_t>(end - start));
  fault();
}

TEST_CASE("where the stack was overwritten through the guard") {
  const End end = end_of([] {
    const char here = 0;
    guarded([&] { overwrite_to(&here); });
  });
  CAPTURE(end.said);
  CHECK(end.is_by(SIGSEGV));
  CHECK(has(end.said, "the stack was overwritten through the guard"));
}

TEST_CASE("with the allocator's lock held") {
  const End end = end_of([] { guarded(zoo::double_free_locked); });
  CAPTURE(end.said);
  CHECK(end.is_by(SIGABRT));
#ifndef __riscv // where no walk comes as far as to the allocator
  CHECK(has(end.said, "the allocator was at work, and may hold its lock"));
#endif
}

TEST_CASE("all, where it is switched off") {
  const End end = end_of([] {
    setenv("BACKSTOP_DISABLE", "1", 1);
    if (backstop_support() != BACKSTOP_SUPPORT_DISABLED || guarded([] { throw 1; }) == nullptr) {
      _exit(3);
    }
    guarded(fault);
  });
  CAPTURE(end.status);
  CHECK(end.is_by(SIGSEGV));
}

TEST_SUITE_END();
