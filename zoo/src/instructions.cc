// Instructions that the machine or the kernel refuses.
#include "zoo.h"
#include <cerrno>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace zoo {
namespace {

// Forbids acct(2), which nobody calls, to this thread for good.
void forbid_acct() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    throw std::system_error(errno, std::generic_category(), "seccomp");
}

} // namespace

void builtin_trap() { __builtin_trap(); }

void breakpoint() {
#if defined(__x86_64__)
  asm volatile("int3");
#elif defined(__aarch64__)
  asm volatile("brk #0");
#endif
}

void illegal_instruction() {
#if defined(__x86_64__)
  asm volatile(".byte 0x06"); // push %es, gone since there are 64 bits
#elif defined(__aarch64__)
  asm volatile(".inst 0");
#endif
}

void halt() {
#if defined(__x86_64__)
  asm volatile("hlt");
#endif
}

void read_port() {
#if defined(__x86_64__)
  asm volatile("inb $0x80, %%al" : : : "rax");
#endif
}

void read_control_register() {
#if defined(__x86_64__)
  asm volatile("mov %%cr3, %%rax" : : : "rax");
#endif
}

void block_interrupts() {
#if defined(__x86_64__)
  asm volatile("cli");
#endif
}

void bad_system_call() {
  static thread_local const bool forbidden = (forbid_acct(), true);
  if (forbidden)
    syscall(SYS_acct, nullptr);
}

} // namespace zoo
