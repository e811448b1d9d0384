// Machine state that says nothing true any more when the fault comes: pointers to the stack, return addresses, flags.
#include "../support/cases.h"
#include <csignal>
#include <initializer_list>
#include <sys/mman.h>

#ifdef __x86_64__
namespace {

// What may stand where an address should: null, too low, odd, non-canonical, of the kernel.
constexpr uintptr_t nonsense[] = {0, 1, 8, 0x1001, 0x800000000000, 0xdeadbeefdeadbeef, 0xffffffff80000000, UINTPTR_MAX};

// The frame pointer is nonsense, and so is all else but the stack pointer.
__attribute__((noinline)) void trash_registers(uintptr_t value) {
  __asm__ volatile("mov %0, %%rbp\n mov %0, %%rbx\n mov %0, %%r12\n mov %0, %%r13\n mov %0, %%r14\n mov %0, %%r15\n"
                   "xor %%eax, %%eax\n movl $1, (%%rax)"
                   :
                   : "c"(value)
                   : "rax", "rbx", "r12", "r13", "r14", "r15", "memory");
}

__attribute__((noinline)) void trash_stack_pointer(uintptr_t value) {
  __asm__ volatile("mov %0, %%rsp\n xor %%eax, %%eax\n movl $1, (%%rax)" : : "c"(value) : "rax", "memory");
}

// As code that has set the direction flag, and asks for alignment checks.
__attribute__((noinline)) void fault_with_flags() {
  __asm__ volatile("pushfq\n orq $0x40400, (%%rsp)\n popfq\n xor %%eax, %%eax\n movl $1, (%%rax)"
                   :
                   :
                   : "rax", "memory");
}

void *volatile *slots[16];
int depth;

// Notes where the return addresses of `frames` calls are, replaces one of them and faults.
__attribute__((noinline)) void replace_return(int frames, int which, void *by) {
  slots[depth++] = static_cast<void *volatile *>(__builtin_frame_address(0)) + 1;
  if (frames > 1) {
    replace_return(frames - 1, which, by);
  } else {
    *slots[which] = by;
    check_null_write(nullptr);
  }
  __asm__ volatile("");
}

void check_returns(void *by) {
  for (int which = 0; which < 4; ++which) {
    depth = 0;
    const Result result = guarded([=] {
      volatile char room[512] = {}; // what stood here before must not look like return addresses
      opaque(&room[0])[0] = 0;
      replace_return(4, which, by);
    });
    CHECK(result.kind == BACKSTOP_FAULT && result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
    CHECK(result.recovery.is_torn);
    CHECK_RECOVERS();
  }
}

} // namespace

CASE(registers_trashed) {
  for (const uintptr_t value : nonsense) {
    const Result result = guarded([=] { trash_registers(value); });
    CHECK(result.kind == BACKSTOP_FAULT && result.fault == BACKSTOP_FAULT_NULL_DEREFERENCE);
    CHECK_RECOVERS();
  }
}

CASE(flags_set) {
  CHECK_FAULT(guarded(fault_with_flags), BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK_RECOVERS();
}

CASE(return_addresses_trashed) {
  for (const uintptr_t value : nonsense) {
    check_returns(reinterpret_cast<void *>(value));
  }
}

CASE(return_addresses_to_data) {
  static int data;
  check_returns(&data);
  check_returns(std::malloc(64));
  check_returns(mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

CASE(return_addresses_amid_other_code) {
  for (size_t offset = 1; offset < 32; offset += 7) {
    check_returns(reinterpret_cast<char *>(&status_of) + offset);
  }
}

#define WILD_STACK(name, value)                                                                                        \
  CASE(name) {                                                                                                         \
    CHECK_RECOVERS();                                                                                                  \
    marker();                                                                                                          \
    guarded([] { trash_stack_pointer(value); });                                                                       \
  }                                                                                                                    \
  CASE(name##_on_a_thread) {                                                                                           \
    on_thread([] {                                                                                                     \
      CHECK_RECOVERS();                                                                                                \
      marker();                                                                                                        \
      guarded([] { trash_stack_pointer(value); });                                                                     \
    });                                                                                                                \
  }

// As if of a frame so large that it spans all that lies below the stack, which is whole above.
CASE(stack_pointer_null) {
  CHECK_FAULT(guarded([] { trash_stack_pointer(0); }), BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK_RECOVERS();
}

WILD_STACK(stack_pointer_noncanonical, 0xdeadbeefdeadbeef)
WILD_STACK(stack_pointer_of_the_kernel, 0xffffffff80000000)
WILD_STACK(stack_pointer_into_the_heap, reinterpret_cast<uintptr_t>(std::malloc(4096)) + 2048)
WILD_STACK(stack_pointer_beyond_the_guard, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) + 4096)
WILD_STACK(stack_pointer_into_the_alternate_stack, [] {
  stack_t present;
  sigaltstack(nullptr, &present);
  return reinterpret_cast<uintptr_t>(present.ss_sp) + present.ss_size / 2;
}())
#endif
