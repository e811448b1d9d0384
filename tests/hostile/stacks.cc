// Stacks: ones that overflow, ones that move, ones that aren't the thread's.
#include "../support/cases.h"
#include <algorithm>
#include <atomic>
#include <csignal>
#include <initializer_list>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

namespace {

constexpr size_t mebibyte = size_t(1) << 20;

template <size_t Size> __attribute__((noinline)) int recurse(int depth) {
  volatile char frame[Size];
  frame[0] = static_cast<char>(depth);
  const int deeper = opaque(depth) != 0 ? recurse<Size>(depth + 1) : 0;
  return deeper + frame[0];
}

template <size_t Size> void overflow() { recurse<Size>(opaque(1)); }

// Some compilers probe such large frames page by page; with others the fault is far past the stack's end, and only
// probably its overflow.
#define CHECK_OVERFLOWS(body)                                                                                          \
  do {                                                                                                                 \
    const Result overflow_ = guarded(body);                                                                            \
    CHECK(overflow_.fault == BACKSTOP_FAULT_STACK_OVERFLOW ||                                                          \
          overflow_.fault == BACKSTOP_FAULT_PROBABLE_STACK_OVERFLOW);                                                  \
  } while (false)

__attribute__((noinline)) void null_write_at_depth(size_t bytes) {
  volatile char frame[4096];
  frame[0] = 0;
  if (bytes > sizeof(frame)) {
    null_write_at_depth(bytes - sizeof(frame));
  } else {
    null_write();
  }
  frame[1] = frame[0];
}

char *reserve(size_t bytes) {
  void *pages = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  CHECK(pages != MAP_FAILED);
  return static_cast<char *>(pages);
}

char *usable(char *pages, size_t bytes) {
  CHECK(mprotect(pages, bytes, PROT_READ | PROT_WRITE) == 0);
  return pages;
}

void run_on_stack(char *stack, size_t bytes, void (*body)()) {
  pthread_attr_t attributes;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstack(&attributes, stack, bytes) == 0);
  on_thread(body, &attributes);
}

} // namespace

CASE(large_frames_on_main) {
  limit_main_stack(8 * mebibyte);
  CHECK_OVERFLOWS(overflow<3 * mebibyte>);
  CHECK_RECOVERS();
}

namespace {

Result early;

// Before any object of the library is initialised: static initialisers have no order among files.
__attribute__((constructor(101))) void overflow_early(int count, char **arguments) {
  if (count == 2 && std::strcmp(arguments[1], "overflow_in_a_static_initialiser") == 0) {
    limit_main_stack(8 * mebibyte);
    early = guarded(overflow<64>);
  }
}

} // namespace

CASE(overflow_in_a_static_initialiser) {
  CHECK_FAULT(early, BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK_RECOVERS();
}

// Nothing else is mapped where the frame ends.
CASE(large_frames_on_a_thread) {
  char *pages = reserve(32 * mebibyte);
  run_on_stack(usable(pages + 30 * mebibyte, 2 * mebibyte), 2 * mebibyte, [] {
    CHECK_OVERFLOWS(overflow<6 * mebibyte>);
    CHECK_RECOVERS();
  });
}

CASE(limit_raised_then_overflow) {
  limit_main_stack(2 * mebibyte);
  CHECK_RECOVERS();
  limit_main_stack(8 * mebibyte);
  CHECK_FAULT(guarded(overflow<4096>), BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK_RECOVERS();
}

CASE(limit_raised_then_fault_beyond_the_old) {
  limit_main_stack(2 * mebibyte);
  CHECK_RECOVERS();
  limit_main_stack(8 * mebibyte);
  CHECK_FAULT(guarded([] { null_write_at_depth(4 * mebibyte); }), BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK_FAULT(guarded(overflow<4096>), BACKSTOP_FAULT_STACK_OVERFLOW);
}

CASE(limit_lowered_then_overflow) {
  limit_main_stack(8 * mebibyte);
  CHECK_RECOVERS();
  limit_main_stack(mebibyte);
  CHECK_FAULT(guarded(overflow<4096>), BACKSTOP_FAULT_STACK_OVERFLOW);
  CHECK_RECOVERS();
}

namespace {

constexpr size_t fiber_size = 64 * 1024;
ucontext_t caller, fiber_a, fiber_b;
char *fiber_stack;

void make_fiber(ucontext_t &fiber, char *stack, void (*body)()) {
  CHECK(getcontext(&fiber) == 0);
  fiber.uc_stack.ss_sp = stack;
  fiber.uc_stack.ss_size = fiber_size;
  fiber.uc_link = &caller;
  makecontext(&fiber, body, 0);
}

} // namespace

// Its stack pointer is below the thread's stack, as after an overflow, but the access isn't there.
// trap 12
CASE(fiber_below_the_stack) {
  constexpr size_t gap = 64 * 1024, stack_size = 512 * 1024; // whole pages, also where those are large
  char *pages = reserve(fiber_size + gap + stack_size);
  fiber_stack = usable(pages, fiber_size);
  run_on_stack(usable(pages + fiber_size + gap, stack_size), stack_size, [] {
    CHECK_RECOVERS();
    marker();
    guarded([] {
      make_fiber(fiber_a, fiber_stack, null_write);
      swapcontext(&caller, &fiber_a);
    });
  });
}

namespace {

char stack_a[fiber_size], stack_b[fiber_size];

// Two swaps, of which the first is under a guard.
void swap_guarded(ucontext_t &fiber) {
  guarded([&] { swapcontext(&fiber, &caller); });
  swapcontext(&fiber, &caller);
}

// Overwrites what ended calls have left on the stack.
__attribute__((noinline)) void scribble_and_fault(int depth) {
  volatile char frame[2000];
  for (volatile char &byte : frame) {
    byte = 0;
  }
  if (depth > 0) {
    scribble_and_fault(depth - 1);
  } else {
    null_write();
  }
  frame[0] = frame[1];
}

} // namespace

// Guards that don't end in the reverse order of their start must leave none behind that isn't running any more.
// trap 12
CASE(guards_overlap_on_fibers) {
  guarded([] {});
  make_fiber(fiber_a, stack_a, [] { swap_guarded(fiber_a); });
  make_fiber(fiber_b, stack_b, [] { swap_guarded(fiber_b); });
  swapcontext(&caller, &fiber_a);
  swapcontext(&caller, &fiber_b);
  swapcontext(&caller, &fiber_a); // ends the guard that began first
  guarded([] {});
  swapcontext(&caller, &fiber_b);
  marker();
  scribble_and_fault(4);
}

// Of a guard on a fiber that never goes on, nothing may be looked for where it was.
// trap 12
CASE(refused_after_a_fiber_is_gone) {
  static backstop_domain domain = BACKSTOP_DOMAIN("fibers");
  static backstop_site site = {"case", __FILE__, __LINE__, BACKSTOP_JUMP, &domain, 0};
  struct Kept {
    ~Kept() { opaque(this); }
  };
  guarded([] {});
  fiber_stack = usable(reserve(fiber_size), fiber_size);
  make_fiber(fiber_a, fiber_stack, [] { guarded([] { swapcontext(&fiber_a, &caller); }, &site); });
  swapcontext(&caller, &fiber_a);
  CHECK(munmap(fiber_stack, fiber_size) == 0);
  const auto tear = [] {
    const Kept kept;
    null_write();
  };
  CHECK_FAULT(guarded(tear, &site), BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(guarded([] {}, &site).kind == BACKSTOP_REFUSAL);
}

// A jump off such a stack leaves it disarmed: the next overflow would find none.
CASE(autodisarmed_stack_is_not_kept) {
  limit_main_stack(8 * mebibyte);
  stack_t hosts = {};
  hosts.ss_sp = usable(reserve(mebibyte), mebibyte);
  hosts.ss_size = mebibyte;
  hosts.ss_flags = static_cast<int>(SS_AUTODISARM);
  CHECK(sigaltstack(&hosts, nullptr) == 0);
  CHECK_RECOVERS();
  stack_t present;
  CHECK(sigaltstack(nullptr, &present) == 0);
  CHECK((present.ss_flags & SS_DISABLE) == 0 && present.ss_sp != hosts.ss_sp);
  CHECK_FAULT(guarded(overflow<4096>), BACKSTOP_FAULT_STACK_OVERFLOW);
}

CASE(absurd_alternate_stack_sizes) {
  for (const size_t size : {SIZE_MAX, SIZE_MAX - 4095, size_t(1) << 40, (size_t(1) << 30) + 1}) {
    const backstop_options options = {sizeof(options), 0, size, BACKSTOP_TRACES_BY_ENVIRONMENT, 0, 0};
    CHECK(backstop_install(&options) == BACKSTOP_INVALID_OPTIONS);
  }
  CHECK(backstop_support() == BACKSTOP_SUPPORT_FAULTS);
  CHECK_RECOVERS();
}

#ifdef __x86_64__
// The processor reports it as a stack fault, and the kernel as SIGBUS.
CASE(noncanonical_frame_pointer) {
  CHECK_FAULT(guarded([] {
                __asm__ volatile("mov %%rbp, %%rbx\n\t"
                                 "mov %0, %%rbp\n\t"
                                 "mov (%%rbp), %%rax\n\t"
                                 "mov %%rbx, %%rbp"
                                 :
                                 : "r"(0x4141414141414141)
                                 : "rax", "rbx", "memory");
              }),
              BACKSTOP_FAULT_NON_CANONICAL);
  CHECK_RECOVERS();
}
#else
CASE(noncanonical_frame_pointer) {
  std::fputs("only x86-64 has it\n", stderr);
  std::_Exit(skipped);
}
#endif

// ---- Signals while a thread's guard page is lent to malloc, with frames larger than that

namespace {

std::atomic<bool> is_lending, is_sending, is_over;
std::atomic<unsigned> taken;

backstop_answer note_fault(const backstop_fault *, void *, void *, void *) {
  is_lending = true;
  return BACKSTOP_CONTINUE;
}

void take_room(int) {
  volatile char frame[16 * 1024];
  for (size_t at = 0; at < sizeof(frame); at += 64) {
    frame[at] = 1;
  }
  ++taken;
}

__attribute__((noinline)) int recurse_allocating(int depth) {
  std::free(opaque(std::malloc(static_cast<size_t>(opaque(depth) % 3000))));
  return opaque(depth) != 0 ? recurse_allocating(depth + 1) + opaque(1) : 0;
}

void *send_signals(void *target) {
  while (!is_over) {
    is_sending = true;
    if (is_lending) {
      const unsigned before = taken;
      pthread_kill(*static_cast<pthread_t *>(target), SIGUSR1);
      while (taken == before) { // one after the other: a flood would leave the thread no time for anything else
      }
    }
    is_sending = false;
  }
  return nullptr;
}

// A neighbour's memory, right below this thread's guard page.
struct Neighbour {
  static constexpr size_t bytes = 64 * 1024;
  char *start;

  Neighbour() {
    pthread_attr_t attributes;
    void *low = nullptr;
    size_t size = 0, guard = 0;
    CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0 && pthread_attr_getstack(&attributes, &low, &size) == 0);
    CHECK(pthread_attr_getguardsize(&attributes, &guard) == 0);
    pthread_attr_destroy(&attributes);
    char *wanted = static_cast<char *>(low) - guard - bytes; // glibc counts the guard not to the stack
    void *pages = mmap(wanted, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (pages != wanted) {
      std::fputs("skipped: something else lies below the stack\n", stderr);
      std::exit(skipped);
    }
    start = static_cast<char *>(pages);
  }

  bool is_untouched() const {
    return std::all_of(start, start + bytes, [](char byte) { return byte == 0; });
  }
};

} // namespace

CASE(signals_while_the_guard_page_is_lent) {
  std::signal(SIGUSR1, take_room);
  CHECK(backstop_add_handler(note_fault, nullptr, 0));
  const auto body = [](void *) -> void * {
    const Neighbour neighbour;
    pthread_t self = pthread_self(), sender;
    CHECK(pthread_create(&sender, nullptr, send_signals, &self) == 0);
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, nullptr, &before);
    for (int round = 0; round < 200; ++round) {
      CHECK(guarded([] { recurse_allocating(1); }).fault == BACKSTOP_FAULT_STACK_OVERFLOW);
      pthread_sigmask(SIG_SETMASK, nullptr, &after); // first, for the sender waits until its signal is taken
      CHECK(std::memcmp(&before, &after, sizeof(uint64_t)) == 0);
      is_lending = false;
      while (is_sending) { // the handler would find no room on a stack that is nearly used up
      }
    }
    is_over = true;
    pthread_join(sender, nullptr);
    CHECK(neighbour.is_untouched());
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_t thread;
  CHECK(pthread_attr_init(&attributes) == 0 && pthread_attr_setstacksize(&attributes, 256 * 1024) == 0);
  CHECK(pthread_create(&thread, &attributes, body, nullptr) == 0 && pthread_join(thread, nullptr) == 0);
}
