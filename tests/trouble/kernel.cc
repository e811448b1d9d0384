// A kernel that refuses: by seccomp, as sandboxes have it do, and by limits. Each case says to which of our calls, and
// what is left.
#include "../support/cases.h"
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <initializer_list>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int any = -1;

// From now on, for this thread and those that it starts: these system calls answer `error`. With `signal`, only the
// sigaction that sets that one's action; what it is may be asked.
void refuse(std::initializer_list<int> calls, int error, int signal = any) {
  std::vector<sock_filter> program;
  const auto load = [&](size_t offset) {
    program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
  };
  const auto skip_unless = [&](int value, unsigned char count) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(value), 0, count));
  };
  const auto answer = [&](unsigned what) { program.push_back(BPF_STMT(BPF_RET | BPF_K, what)); };
  const unsigned refusal = SECCOMP_RET_ERRNO | static_cast<unsigned>(error);
  for (const int call : calls) {
    load(offsetof(seccomp_data, nr));
    if (signal == any) {
      skip_unless(call, 1);
    } else {
      skip_unless(call, 5);
      load(offsetof(seccomp_data, args)); // its lower half, where the lower comes first
      skip_unless(signal, 3);
      load(offsetof(seccomp_data, args[1]));
      program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
    }
    answer(refusal);
  }
  answer(SECCOMP_RET_ALLOW);
  sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    std::fputs("there is no seccomp here\n", stderr);
    std::_Exit(skipped);
  }
}

bool catches_exceptions() {
  return guarded([] { throw 42; }).kind == BACKSTOP_EXCEPTION;
}

backstop_health status() {
  backstop_health health = {};
  health.size = sizeof(health);
  CHECK(backstop_status(&health));
  return health;
}

} // namespace

#define REFUSED_AT_FIRST(name, ...)                                                                                    \
  CASE(name) {                                                                                                         \
    refuse(__VA_ARGS__);                                                                                               \
    CHECK(catches_exceptions());                                                                                       \
    CHECK(catches_exceptions()); /* one warning is enough */                                                           \
    CHECK(!status().thread_is_prepared);                                                                               \
    marker();                                                                                                          \
    null_write();                                                                                                      \
  }

REFUSED_AT_FIRST(alternate_stack_refused, {SYS_sigaltstack}, EPERM)
REFUSED_AT_FIRST(alternate_stack_without_memory, {SYS_sigaltstack}, ENOMEM)
REFUSED_AT_FIRST(mprotect_refused, {SYS_mprotect}, EACCES)

CASE(alternate_stack_refused_and_a_guarded_fault) {
  refuse({SYS_sigaltstack}, EPERM);
  CHECK(catches_exceptions());
  marker();
  guarded(null_write);
}

// The others keep theirs.
CASE(alternate_stack_refused_on_a_thread) {
  CHECK_RECOVERS();
  on_thread([] {
    refuse({SYS_sigaltstack}, EPERM);
    CHECK(catches_exceptions());
    CHECK(!status().thread_is_prepared && status().is_installed);
  });
  CHECK_RECOVERS();
}

CASE(no_memory_for_a_threads_pages) {
  CHECK_RECOVERS();
  on_thread([] {
    rlimit all, none;
    CHECK(getrlimit(RLIMIT_AS, &all) == 0);
    none = all;
    none.rlim_cur = 0;
    CHECK(setrlimit(RLIMIT_AS, &none) == 0);
    const Result result = guarded([] { throw 42; });
    CHECK(setrlimit(RLIMIT_AS, &all) == 0);
    CHECK(result.kind == BACKSTOP_EXCEPTION);
    CHECK_RECOVERS(); // there is memory again
  });
}

CASE(sigaction_refused) {
  refuse({SYS_rt_sigaction}, EPERM);
  CHECK(backstop_install(nullptr) == BACKSTOP_REFUSED);
  CHECK(backstop_support() == BACKSTOP_SUPPORT_UNAVAILABLE);
  CHECK(catches_exceptions());
  CHECK(!status().is_installed);
  marker();
  guarded(null_write);
}

// SIGSEGV and others were set by then.
CASE(sigaction_refused_for_one_signal) {
  refuse({SYS_rt_sigaction}, EPERM, SIGABRT);
  CHECK(catches_exceptions());
  CHECK(backstop_support() == BACKSTOP_SUPPORT_UNAVAILABLE);
  const backstop_health health = status();
  for (const backstop_signal_status &signal : health.signals) {
    CHECK(!signal.is_handled && !signal.is_on_top && signal.handler == 0);
  }
  marker();
  guarded(null_write);
}

CASE(sigaction_refused_to_set_the_last_signal) {
  struct sigaction ignored = {};
  ignored.sa_handler = SIG_IGN;
  CHECK(sigaction(SIGBUS, &ignored, nullptr) == 0);
  refuse({SYS_rt_sigaction}, EPERM, SIGSYS);
  CHECK(backstop_install(nullptr) == BACKSTOP_REFUSED);
  struct sigaction present = {};
  CHECK(sigaction(SIGBUS, nullptr, &present) == 0 && present.sa_handler == SIG_IGN);
  CHECK(sigaction(SIGSEGV, nullptr, &present) == 0 && present.sa_handler == SIG_DFL);
  CHECK(catches_exceptions());
}

// What the handler and the guard ask of the kernel on the way back is nothing that they can't do without.
CASE(all_refused_after_the_first_call) {
  CHECK_RECOVERS();
  refuse({SYS_rt_sigprocmask, SYS_sigaltstack, SYS_rt_sigaction, SYS_mprotect, SYS_mmap, SYS_munmap, SYS_madvise,
          SYS_brk, SYS_gettid, SYS_getpid, SYS_prlimit64, SYS_openat, SYS_futex, SYS_getrandom, SYS_process_vm_readv,
          SYS_rt_tgsigqueueinfo, SYS_membarrier},
         EPERM);
  for (int round = 0; round < 3; ++round) {
    CHECK_RECOVERS();
    CHECK(catches_exceptions());
  }
  CHECK_FAULT(guarded([] { __builtin_trap(); }), CHECK_TRAP_KIND);
}

namespace {

__attribute__((noinline)) int recurse(int depth) {
  volatile char frame[256];
  frame[0] = static_cast<char>(depth);
  return opaque(depth) != 0 ? recurse(depth + 1) + frame[0] : 0;
}

__attribute__((noinline)) int recurse_with_cleanups(int depth) {
  const std::string held(static_cast<size_t>(opaque(40)), 'x');
  return opaque(depth) != 0 ? recurse_with_cleanups(depth + 1) + held[0] : 0;
}

} // namespace

// No stack is lent then.
CASE(overflow_with_mprotect_refused) {
  on_thread([] {
    CHECK_RECOVERS();
    refuse({SYS_mprotect, SYS_madvise}, EACCES);
    CHECK_FAULT(guarded([] { recurse(opaque(1)); }), BACKSTOP_FAULT_STACK_OVERFLOW);
    CHECK_RECOVERS();
  });
}

CASE(overflow_with_setrlimit_refused) {
  limit_main_stack(1 << 20);
  CHECK_RECOVERS();
  refuse({SYS_prlimit64, SYS_setrlimit}, EPERM);
  CHECK_FAULT(guarded([] { recurse(opaque(1)); }), BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK_RECOVERS();
}

// It may strike in the allocator, which would have been lent some.
CASE(overflow_past_cleanups_with_setrlimit_refused) {
  limit_main_stack(1 << 20);
  CHECK_RECOVERS();
  refuse({SYS_prlimit64, SYS_setrlimit}, EPERM);
  CHECK_FAULT(guarded([] { recurse_with_cleanups(opaque(1)); }), BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK_RECOVERS();
}

CASE(randomness_refused) {
  refuse({SYS_getrandom}, ENOSYS);
  CHECK_RECOVERS();
}

namespace {

constexpr backstop_site hurried = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 2000000};

void spin_for(long milliseconds) {
  timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 < milliseconds);
}

// Otherwise the call returns, as if there were no deadlines.
bool is_interrupted() {
  backstop_error *error = backstop_call(&hurried, [](void *) { spin_for(200); }, nullptr);
  const bool was = error != nullptr && backstop_error_kind(error) == BACKSTOP_DEADLINE &&
                   backstop_error_deadline(error)->is_interrupted != 0;
  backstop_error_free(error);
  return was;
}

} // namespace

CASE(membarrier_refused) {
  refuse({SYS_membarrier}, ENOSYS);
  CHECK(is_interrupted());
}

CASE(watchdog_refused) {
  refuse({SYS_clone, SYS_clone3}, EAGAIN);
  CHECK(!is_interrupted());
  CHECK(!is_interrupted()); // one warning is enough
  CHECK_RECOVERS();
}

CASE(deadline_signal_refused) {
  refuse({SYS_rt_tgsigqueueinfo}, EPERM);
  CHECK(!is_interrupted());
  CHECK_RECOVERS();
}

CASE(deadlines_without_descriptors) {
  CHECK_RECOVERS();
  while (dup(STDERR_FILENO) >= 0 || errno == EINTR) {
  }
  CHECK(errno == EMFILE);
  CHECK(is_interrupted());
  CHECK(status().is_installed && status().debugger == 0);
  CHECK_RECOVERS();
}

// stderr is not there either: nothing is written elsewhere.
CASE(no_descriptors_at_all) {
  const int file = memfd_create("file", 0);
  CHECK(file >= 0);
  for (int other = 0; other < 100; ++other) {
    if (other != file) {
      close(other);
    }
  }
  CHECK(dup2(file, 0) == 0 && close(file) == 0); // so that what is opened next is neither stdout nor stderr
  rlimit none = {1, 1};
  CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
  CHECK(catches_exceptions());
  CHECK(guarded([] {}).kind == 0);
  CHECK(lseek(0, 0, SEEK_END) == 0);
}
