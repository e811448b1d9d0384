// The reader of x86-64 instructions, on what the assembler makes and registers of our choice. Each instruction lies at
// the end of a page with nothing behind it, so reading too far is a crash.
#include "../../cpp/instruction.h"
#include "check.h"
#include <cstdint>
#include <cstring>
#include <sys/mman.h>

#ifdef __x86_64__

using backstop::runtime::Access;
using backstop::runtime::divides_by_zero;
using backstop::runtime::is_builtin_trap;
using backstop::runtime::Rejection;
using backstop::runtime::rejection_of;

namespace {

constexpr uintptr_t bad = uintptr_t(0xdead) << 48; // not canonical
constexpr size_t page = 4096;
unsigned char *page_end;

alignas(64) uintptr_t memory[16];
const auto good = reinterpret_cast<uintptr_t>(memory);

// A thread about to execute this code, which faulted.
ucontext_t interrupted(const void *begin, const void *end, long trap, long error) {
  const auto size = static_cast<size_t>(static_cast<const char *>(end) - static_cast<const char *>(begin));
  std::memcpy(page_end - size, begin, size);
  ucontext_t context = {};
  auto &registers = context.uc_mcontext.gregs;
  const auto set = [&](int index, uintptr_t value) { registers[index] = static_cast<greg_t>(value); };
  set(REG_RIP, reinterpret_cast<uintptr_t>(page_end - size));
  set(REG_RAX, 0x0003000200010000);
  set(REG_RBX, good);
  set(REG_RCX, 3);
  set(REG_RDX, bad);
  set(REG_RSI, good + 1);
  set(REG_RDI, bad);
  set(REG_RSP, good);
  set(REG_RBP, bad);
  set(REG_R8, 0x0100);
  set(REG_R9, bad);
  set(REG_R12, good);
  set(REG_R13, bad);
  registers[REG_TRAPNO] = trap;
  registers[REG_ERR] = error;
  return context;
}

// The bytes of an instruction, which is not executed.
#define ASSEMBLE(text)                                                                                                 \
  const void *begin, *end;                                                                                             \
  __asm__("lea 1f(%%rip), %0\n\tlea 2f(%%rip), %1\n\tjmp 2f\n1:\t" text "\n2:" : "=r"(begin), "=r"(end))

bool is(const Rejection &rejection, Rejection::Why why, bool has_address, uintptr_t address, Access access) {
  const bool same = rejection.why == why && rejection.has_address == has_address && rejection.address == address &&
                    rejection.access == access;
  if (!same) {
    fprintf(stderr, "why %d, address %d %#lx, access %d\n", rejection.why, rejection.has_address, rejection.address,
            static_cast<int>(rejection.access));
  }
  return same;
}

#define CHECK_REJECTION(trap, error, text, ...)                                                                        \
  do {                                                                                                                 \
    ASSEMBLE(text);                                                                                                    \
    CHECK(is(rejection_of(interrupted(begin, end, trap, error)), __VA_ARGS__));                                        \
  } while (false)

#define NON_CANONICAL(text, address, access)                                                                           \
  CHECK_REJECTION(13, 0, text, Rejection::non_canonical, true, address, Access::access)
#define MISALIGNED(text, address, access)                                                                              \
  CHECK_REJECTION(13, 0, text, Rejection::misaligned, true, address, Access::access)
#define PRIVILEGED(text) CHECK_REJECTION(13, 0, text, Rejection::privileged, false, 0, Access::unknown)
#define UNKNOWN(text) CHECK_REJECTION(13, 0, text, Rejection::unknown, false, 0, Access::unknown)

void check_addresses() {
  NON_CANONICAL("movl (%%rdx), %%eax", bad, read);
  NON_CANONICAL("movl %%eax, 0x10(%%rdx)", bad + 0x10, write);
  NON_CANONICAL("movb $1, -8(%%r9)", bad - 8, write);
  NON_CANONICAL("movw $1, 0x12345(%%r13)", bad + 0x12345, write);
  NON_CANONICAL("movq (%%rbx,%%rdx,2), %%rax", good + bad * 2, read);
  NON_CANONICAL("movq 8(%%r12,%%r9), %%rax", good + bad + 8, read);
  NON_CANONICAL("movl -0x100(,%%r13,4), %%eax", bad * 4 - 0x100, read);
  NON_CANONICAL("movl (%%rbp), %%eax", bad, read);
  NON_CANONICAL("rep movsb", bad, write);
  NON_CANONICAL("rep stosq", bad, write);
  NON_CANONICAL("scasb", bad, read);
  NON_CANONICAL("vmovups (%%rdx), %%ymm0", bad, read);
  NON_CANONICAL("vmovups %%ymm9, (%%r13,%%rcx)", bad + 3, write);
  NON_CANONICAL("vmovaps 0x80(%%r13), %%zmm20", bad + 0x80, read); // its byte of displacement says 2
  NON_CANONICAL("vmovaps %%zmm20, 0x81(%%rdx)", bad + 0x81, write);
  uintptr_t thread_pointer;
  __asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
  NON_CANONICAL("movl %%fs:4(%%rdx), %%eax", thread_pointer + bad + 4, read);
  UNKNOWN("movl %%gs:(%%rdx), %%eax");
  UNKNOWN("movl (%%edx), %%eax"); // its upper half is cut off
  UNKNOWN("vpgatherdd %%ymm1, (%%rdx,%%ymm2,4), %%ymm0");
  UNKNOWN("lodsb");
}

void check_access() {
  NON_CANONICAL("addl $1, (%%rdx)", bad, write);
  NON_CANONICAL("cmpl $1, (%%rdx)", bad, read);
  NON_CANONICAL("cmpl %%eax, (%%rdx)", bad, read);
  NON_CANONICAL("lock incq (%%rdx)", bad, write);
  NON_CANONICAL("notl (%%rdx)", bad, write);
  NON_CANONICAL("testb $1, (%%rdx)", bad, read);
  NON_CANONICAL("xchgl %%eax, (%%rdx)", bad, write);
  NON_CANONICAL("movzbl (%%rdx), %%eax", bad, read);
  NON_CANONICAL("sete (%%rdx)", bad, write);
  NON_CANONICAL("btl $1, (%%rdx)", bad, read);
  NON_CANONICAL("btsl $1, (%%rdx)", bad, write);
  NON_CANONICAL("lock xaddl %%eax, (%%rdx)", bad, write);
  NON_CANONICAL("movsd (%%rdx), %%xmm0", bad, read);
  NON_CANONICAL("movsd %%xmm0, (%%rdx)", bad, write);
  NON_CANONICAL("movq %%xmm0, (%%rdx)", bad, write);
  NON_CANONICAL("fldl (%%rdx)", bad, read);
  NON_CANONICAL("fstpt (%%rdx)", bad, write);
  NON_CANONICAL("pushq (%%rdx)", bad, read);
}

void check_branches() {
  memory[0] = bad + 0x11;
  NON_CANONICAL("call *%%rdx", bad, execute);
  NON_CANONICAL("jmp *%%r13", bad, execute);
  NON_CANONICAL("call *8(%%rdx)", bad + 8, read);
  NON_CANONICAL("call *(%%rbx)", bad + 0x11, execute);
  NON_CANONICAL("ret", bad + 0x11, execute);
  NON_CANONICAL("ret $8", bad + 0x11, execute);
  UNKNOWN("call *%%rcx");
  ucontext_t there = {};
  there.uc_mcontext.gregs[REG_RIP] = static_cast<greg_t>(bad);
  CHECK(is(rejection_of(there), Rejection::non_canonical, true, bad, Access::execute));
}

void check_alignment() {
  MISALIGNED("movaps (%%rbx,%%rcx), %%xmm0", good + 3, read);
  MISALIGNED("movdqa %%xmm15, 0x44(%%r12)", good + 0x44, write);
  MISALIGNED("addps 8(%%rbx), %%xmm1", good + 8, read);
  MISALIGNED("aesenc 1(%%rbx), %%xmm1", good + 1, unknown);
  MISALIGNED("pshufd $1, 3(%%rip), %%xmm1", reinterpret_cast<uintptr_t>(page_end) + 3, read);
  MISALIGNED("vmovaps 16(%%rbx), %%ymm0", good + 16, read);
  MISALIGNED("vmovdqa64 %%zmm0, 32(%%rbx)", good + 32, write);
  MISALIGNED("lock cmpxchg16b 8(%%rbx)", good + 8, write);
  MISALIGNED("fxsave 8(%%rbx)", good + 8, write);
  MISALIGNED("xrstor 32(%%rbx)", good + 32, read);
  UNKNOWN("movaps 16(%%rbx), %%xmm0");
  UNKNOWN("vmovaps 64(%%rbx), %%zmm0");
  UNKNOWN("ldmxcsr 4(%%rbx)"); // bits that must be zero aren't
  CHECK_REJECTION(17, 0, "movl 1(%%rbx), %%eax", Rejection::misaligned, true, good + 1, Access::read);
  CHECK_REJECTION(17, 0, "push %%rax", Rejection::misaligned, false, 0, Access::unknown);
}

void check_privileges() {
  PRIVILEGED("hlt");
  PRIVILEGED("cli");
  PRIVILEGED("sti");
  PRIVILEGED("inb $0x80, %%al");
  PRIVILEGED("outl %%eax, %%dx");
  PRIVILEGED("rep outsb");
  PRIVILEGED("rdmsr");
  PRIVILEGED("wbinvd");
  PRIVILEGED("mov %%rax, %%cr4");
  PRIVILEGED("lgdt (%%rbx)");
  CHECK_REJECTION(13, 0x2d * 8 + 2, "int $0x2d", Rejection::privileged, false, 0, Access::unknown);
  CHECK_REJECTION(13, 0x28, "mov %%ecx, %%fs", Rejection::unknown, false, 0,
                  Access::unknown); // a segment that isn't there
}

void check_stack_faults() {
  CHECK_REJECTION(12, 0, "movl 4(%%rbp), %%eax", Rejection::non_canonical, true, bad + 4, Access::read);
  CHECK_REJECTION(12, 0, "movl %%eax, 4(%%rbp)", Rejection::non_canonical, true, bad + 4, Access::write);
  ASSEMBLE("push %%rax");
  ucontext_t context = interrupted(begin, end, 12, 0);
  context.uc_mcontext.gregs[REG_RSP] = static_cast<greg_t>(bad);
  CHECK(is(rejection_of(context), Rejection::non_canonical, true, bad, Access::unknown));
}

#define CHECK_DIVISION(text, is_by_zero)                                                                               \
  do {                                                                                                                 \
    ASSEMBLE(text);                                                                                                    \
    CHECK(divides_by_zero(interrupted(begin, end, 0, 0)) == (is_by_zero));                                             \
  } while (false)

// rax is 0x0003000200010000, r8 0x0100.
void check_divisions() {
  CHECK_DIVISION("divb %%al", true);
  CHECK_DIVISION("divb %%ah", true);
  CHECK_DIVISION("divb %%dh", true);
  CHECK_DIVISION("divb %%sil", false); // the same number as dh, with REX
  CHECK_DIVISION("idivb %%r8b", true);
  CHECK_DIVISION("idivw %%ax", true);
  CHECK_DIVISION("idivl %%eax", false);
  CHECK_DIVISION("idivl %%edx", true);
  CHECK_DIVISION("idivq %%rdx", false);
  CHECK_DIVISION("divw %%r8w", false);
  memory[0] = uintptr_t(1) << 32;
  memory[3] = 0;
  CHECK_DIVISION("idivl (%%rbx)", true);
  CHECK_DIVISION("idivl 4(%%rbx)", false);
  CHECK_DIVISION("idivq (%%r12)", false);
  CHECK_DIVISION("divq (%%rbx,%%rcx,8)", true);
  CHECK_DIVISION("divb 4(%%rbx)", false);
  std::memset(page_end - page, 0, page);
  CHECK_DIVISION("divl -0x100(%%rip)", true);
  std::memset(page_end - 0x100, 1, 4);
  CHECK_DIVISION("divl -0x100(%%rip)", false);
  static __thread int divisors[2];
  divisors[1] = 7;
  uintptr_t thread_pointer;
  __asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
  ASSEMBLE("idivl %%fs:4(%%rcx)");
  ucontext_t context = interrupted(begin, end, 0, 0);
  context.uc_mcontext.gregs[REG_RCX] = static_cast<greg_t>(reinterpret_cast<uintptr_t>(divisors) - thread_pointer);
  CHECK(!divides_by_zero(context));
}

#define CHECK_TRAP(text, expected)                                                                                     \
  do {                                                                                                                 \
    ASSEMBLE(text);                                                                                                    \
    CHECK(is_builtin_trap(interrupted(begin, end, 6, 0)) == (expected));                                               \
  } while (false)

void check_traps() {
  CHECK_TRAP("ud2", true);
  CHECK_TRAP(".byte 0x67, 0x0f, 0xb9, 0x40, 0x0c", true); // clang's for -fsanitize-trap
  CHECK_TRAP("int3", false);
  CHECK_TRAP(".byte 0x06", false);
}

} // namespace

int main() {
  void *pages = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED);
  page_end = static_cast<unsigned char *>(pages) + page;
  CHECK(mprotect(page_end, page, PROT_NONE) == 0);
  check_addresses();
  check_access();
  check_branches();
  check_alignment();
  check_privileges();
  check_stack_faults();
  check_divisions();
  check_traps();
}

#else

int main() {} // nothing reads instructions there

#endif
