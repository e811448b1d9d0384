// Stacks and code that a walk must not trip over.
#include "../support/cases.h"
#include <sys/mman.h>

namespace {

// Overwrites the stack from this frame upwards.
__attribute__((noinline)) void overwrite(size_t size) {
  volatile char buffer[16];
  for (size_t at = sizeof(buffer); at < size; ++at) {
    opaque(&buffer[0])[at] = 0x41;
  }
  check_null_write(nullptr);
}

} // namespace

// The frames to go back to are gone.
CASE(stack_overwritten_through_the_guard) {
  marker();
  guarded([] { overwrite(256); });
}

// Those of the callee alone are: there is a way back, if none to unwind.
CASE(stack_overwritten_short_of_the_guard) {
  for (int round = 0; round < 2; ++round) {
    const backstop_error *error = backstop_call(
        &case_site,
        [](void *) {
          // What stood here before must not look like return addresses: to a function that holds a lock, say.
          volatile char room[512] = {};
          opaque(&room[0])[0] = 0;
          overwrite(128);
        },
        nullptr);
    CHECK(error != nullptr && backstop_error_kind(error) == BACKSTOP_FAULT);
    const backstop_recovery *recovery = backstop_error_recovery(error);
    CHECK(recovery->is_torn && recovery->truncated && recovery->way == BACKSTOP_JUMP);
  }
  CHECK_RECOVERS();
}

namespace {

struct sigaction ours;

void pass_on(int signal, siginfo_t *info, void *context) { ours.sa_sigaction(signal, info, context); }

} // namespace

// The walk's own fault comes by way of that handler too, with the signal blocked. It must not stay so.
CASE(damaged_stack_under_a_later_handler) {
  CHECK_RECOVERS();
  struct sigaction later = {};
  later.sa_sigaction = pass_on;
  later.sa_flags = SA_SIGINFO | SA_ONSTACK; // and no SA_NODEFER
  CHECK(sigaction(SIGSEGV, &later, &ours) == 0);
  for (int round = 0; round < 2; ++round) {
    guarded([] {
      volatile char room[512] = {};
      opaque(&room[0])[0] = 0;
      overwrite(128);
    });
    sigset_t blocked;
    CHECK(pthread_sigmask(SIG_SETMASK, nullptr, &blocked) == 0 && sigismember(&blocked, SIGSEGV) == 0);
    CHECK_RECOVERS();
  }
}

#ifdef __x86_64__
// Machine code that nobody has described: call *%rdi in a frame of its own.
CASE(code_without_tables) {
  static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
  void *page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(page != MAP_FAILED);
  std::memcpy(page, code, sizeof(code));
  CHECK(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
  for (int round = 0; round < 2; ++round) {
    CHECK_FAULT(guarded([=] { reinterpret_cast<void (*)(void (*)())>(page)(null_write); }),
                BACKSTOP_FAULT_NULL_DEREFERENCE);
  }
}
#else
CASE(code_without_tables) {
  std::fputs("only for x86-64\n", stderr);
  std::_Exit(skipped);
}
#endif
