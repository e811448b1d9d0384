// The allocator's own checks and crashes, in a process with two threads: either its lock is free, and malloc works on
// both afterwards, or the process ends at once. Never does it hang.
#include "common.h"
#include <malloc.h>
#include <vector>

namespace {

// Sizes that nothing else here asks for.
constexpr size_t cached = 1000, large = 5000;

char *allocate(size_t size) { return static_cast<char *>(opaque(std::malloc(opaque(size)))); }
void release(char *block) { std::free(opaque(block)); }

char *unmapped() { return opaque(reinterpret_cast<char *>(0x5a5a5a5a5a50)); }

void allocate_much(unsigned seed) {
  constexpr size_t kept = 64;
  void *blocks[kept] = {};
  for (int round = 0; round < 1'000'000; ++round) {
    seed = seed * 1103515245 + 12345;
    const size_t size = seed / 65536 % 100 == 0 ? 2000 + seed / 65536 % 3000 : 1 + seed / 65536 % 900;
    void *&block = blocks[seed / 65536 % kept];
    std::free(block);
    block = opaque(std::malloc(size));
    CHECK(block != nullptr);
  }
  for (void *block : blocks) {
    std::free(block);
  }
}

void allocate_much_on_both() {
  Thread other(256 * 1024, [] { allocate_much(2); });
  allocate_much(1);
  other.join();
}

// Recovered, on both threads, and the heap works. The other thread doesn't end: glibc would free its cache then, which
// may be what is corrupt.
template <typename Body> void check_recovers(Body body, backstop_fault_kind kind) {
  make_two_threads();
  CHECK_OUTCOME(protect(body), outcome_.is_fault(kind));
  allocate_much_on_both();
  sem_t done;
  CHECK(sem_init(&done, 0, 0) == 0);
  const Thread other(256 * 1024, [&] {
    CHECK_OUTCOME(protect(body), outcome_.is_fault(kind));
    allocate_much(3);
    sem_post(&done);
    for (;;) {
      pause();
    }
  });
  CHECK(sem_wait(&done) == 0);
  allocate_much_on_both();
  std::fflush(stdout);
  std::_Exit(0);
}

// Ends the process, and soon. The test's driver looks at how.
template <typename Body> void check_ends(Body body) {
  make_two_threads();
  protect([] {});
  marker();
  alarm(20);
  protect(body);
  // Not refused: then at least it must not hang.
  allocate_much_on_both();
}

} // namespace

// trap 13d
CASE(double_free_large) {
  check_ends([] {
    char *block = allocate(large), *next = allocate(large);
    release(block);
    release(block);
    release(next);
  });
}

CASE(double_free_cached) {
  check_recovers(
      [] {
        char *block = allocate(cached);
        release(block);
        release(block);
      },
      BACKSTOP_FAULT_HEAP_CORRUPTION);
}

CASE(double_free_in_realloc) {
  check_ends([] {
    char *block = allocate(24);
    release(block);
    opaque(std::realloc(opaque(block), opaque(size_t(100))));
  });
}

CASE(free_of_the_stack) {
  check_recovers(
      [] {
        alignas(16) char block[64] = {};
        release(opaque(block) + 8);
      },
      BACKSTOP_FAULT_HEAP_CORRUPTION);
}

CASE(wild_free) {
  check_recovers([] { release(unmapped()); }, BACKSTOP_FAULT_WILD_READ);
}

CASE(wild_realloc) {
  check_recovers([] { opaque(std::realloc(unmapped(), opaque(size_t(100)))); }, BACKSTOP_FAULT_WILD_READ);
}

CASE(wild_usable_size) {
  check_recovers([] { opaque(malloc_usable_size(unmapped())); }, BACKSTOP_FAULT_WILD_READ);
}

#ifdef __GLIBC__
// The next free block of the cache leads nowhere: malloc itself faults.
CASE(corrupted_cache) {
  check_recovers(
      [] {
        char *one = allocate(cached), *other = allocate(cached);
        release(one);
        release(other);
        const uintptr_t mangled = reinterpret_cast<uintptr_t>(other) >> 12 ^ reinterpret_cast<uintptr_t>(unmapped());
        *reinterpret_cast<volatile uintptr_t *>(opaque(other)) = mangled;
        allocate(cached);
        allocate(cached);
      },
      BACKSTOP_FAULT_WILD_READ);
}

// What malloc calls for blocks that aren't in the cache faults, with the lock held.
CASE(corrupted_bin) {
  check_ends([] {
    char *block = allocate(large), *next = allocate(large);
    release(block);
    reinterpret_cast<char *volatile *>(opaque(block))[1] = unmapped();
    allocate(2 * large);
    release(next);
  });
}

// So does calloc.
CASE(wild_top) {
  check_ends([] {
    char *block = allocate(large), *next = allocate(large);
    release(block);
    char **top = reinterpret_cast<char ***>(opaque(block))[0]; // the bin's head lies there in its arena
    *const_cast<char *volatile *>(top) = unmapped();
    opaque(std::calloc(opaque(size_t(1)), opaque(3 * large)));
    release(next);
  });
}

CASE(corrupted_top_size) {
  check_ends([] {
    char *block = allocate(large);
    std::memset(opaque(block) + malloc_usable_size(block), 0xff, 8);
    allocate(100'000);
  });
}
#endif
