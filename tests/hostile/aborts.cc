// Aborts: the allocator's, assert's, those that others send.
#include "../support/cases.h"
#include <atomic>
#include <cassert>
#include <clocale>
#include <csignal>
#include <fcntl.h>
#include <libintl.h>
#include <new>
#include <sys/mman.h>
#include <thread>

namespace {

[[noreturn]] void fail_asserts() {
  while (true) {
    guarded([] { assert(!"of another thread"); });
  }
}

void silence() { CHECK(std::freopen("/dev/null", "w", stderr) != nullptr); }

// Beyond the thread's own cache, so that it is found with the arena locked.
void free_twice() {
  char *block = opaque(static_cast<char *>(std::malloc(5000)));
  char *again = opaque(block);
  std::free(block);
  std::free(again);
}

void start_idle_thread() {
  std::thread([] { pause(); }).detach();
}

} // namespace

// The message in __abort_msg belongs to the process, and another thread's assert may replace it: what is recovered then
// hangs in its next malloc.
CASE(heap_lock_race) {
  for (int round = 0; round < 30; ++round) {
    const pid_t child = fork_child();
    if (child == 0) {
      silence();
      guarded([] {});
      std::thread(fail_asserts).detach();
      std::thread(fail_asserts).detach();
      usleep(static_cast<useconds_t>(2000 + round * 14));
      guarded(free_twice);
      _exit(7); // recovered
    }
    const int status = status_of(child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT); // SIGALRM: it hung
  }
}

// Just back from a system call with 0, as after tgkill, and with a signal among its arguments.
CASE(external_abort_sigaction) {
  void *page = mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  auto *running = new (page) std::atomic<bool>();
  for (int round = 0; round < 20; ++round) {
    *running = false;
    const pid_t child = fork_child();
    if (child == 0) {
      silence();
      guarded([=] {
        struct sigaction present;
        while (true) {
          sigaction(SIGUSR2, nullptr, &present);
          *running = true;
        }
      });
      _exit(7); // recovered
    }
    while (!*running) {
      usleep(100);
    }
    usleep(static_cast<useconds_t>(100 + round * 7));
    kill(child, SIGABRT);
    const int status = status_of(child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  }
}

#ifdef __GLIBC__
extern "C" int __open_2(const char *path, int flags);

// Its message is none of those that say *** ... detected ***.
CASE(fortified_open_without_mode) {
  const auto open_it = [] { __open_2("/dev/null/none", O_CREAT | O_RDWR); };
  CHECK_FAULT(guarded(open_it), BACKSTOP_FAULT_FORTIFY);
  start_idle_thread();
  CHECK_FAULT(guarded(open_it), BACKSTOP_FAULT_FORTIFY);
  CHECK_RECOVERS();
}
#else
CASE(fortified_open_without_mode) {
  std::fputs("only glibc has it\n", stderr);
  std::_Exit(skipped);
}
#endif

CASE(assertion_in_translation) {
  const char *original = "%s%s%s:%u: %s%sAssertion `%s' failed.\n%n"; // glibc's
  setenv("LANGUAGE", "de", 1);
  if (std::setlocale(LC_ALL, "C.utf8") == nullptr || std::strcmp(dgettext("libc", original), original) == 0) {
    std::fputs("no German messages of libc here\n", stderr);
    std::_Exit(skipped);
  }
  const auto fail = [] { assert(!"x"); };
  CHECK_FAULT(guarded(fail), BACKSTOP_FAULT_ASSERTION);
  start_idle_thread();
  CHECK_FAULT(guarded(fail), BACKSTOP_FAULT_ASSERTION);
  CHECK(std::strstr(guarded(fail).message, "Assertion") == nullptr); // it was translated
}
