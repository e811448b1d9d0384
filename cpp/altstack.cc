// The handler runs on a stack of its own, for the fault may be that the other is used up. Per thread:
//
//   guard page | alternate stack | guard page | book: chain, recoveries, what is deferred, calls | guard page
//
// mapped at the thread's first guarded call and given back when it ends, or is detached.
#include "altstack.h"
#include "chain.h"
#include "cleanup.h"
#include "copies.h"
#include "counters.h"
#include "recovery.h"
#include "stack.h"
#include "watchdog.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cxxabi.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif
#ifndef SS_AUTODISARM
#define SS_AUTODISARM static_cast<int>(1u << 31)
#endif

namespace backstop {
namespace runtime {
namespace {

constexpr uint32_t chain_capacity = 4096; // entries
size_t page;
size_t stack_size;
pthread_key_t at_thread_end;

// The kernel backs the pages of it that are used.
struct Book {
  Point points[chain_capacity];
  Recovery recoveries[recoveries_kept];
  Deferred deferred[deferred_kept];
  Calls calls;
  Watched watched;
  stack_t replaced; // the alternate stack that was there before; of size 0 if it still is
};

size_t pages(size_t size) { return (size + page - 1) / page * page; }
size_t book_size() { return pages(sizeof(Book)); }
size_t mapping_size() { return 3 * page + stack_size + book_size(); }
char *stack_in(void *mapping) { return static_cast<char *>(mapping) + page; }
Book *book_in(void *mapping) { return reinterpret_cast<Book *>(stack_in(mapping) + stack_size + page); }

// Keeps an adequate stack that is there already (a host's that shares its thread with us): what it reserved
// it relies on. Rust's own, 8 KiB and a little, is not adequate.
bool set_alternate_stack(void *mapping) {
  stack_t present;
  const int unfit = SS_DISABLE | SS_AUTODISARM; // a jump off the latter leaves it disarmed
  if (sigaltstack(nullptr, &present) == 0 && (present.ss_flags & unfit) == 0 && present.ss_size >= stack_size) {
    return true;
  }
  stack_t ours = {};
  ours.ss_sp = stack_in(mapping);
  ours.ss_size = stack_size;
  return sigaltstack(&ours, &book_in(mapping)->replaced) == 0;
}

// Unless somebody has set another since.
void leave_alternate_stack(void *mapping, const stack_t &next) {
  stack_t present;
  if (sigaltstack(nullptr, &present) == 0 && present.ss_sp == stack_in(mapping)) {
    sigaltstack(&next, nullptr);
  }
}

// The alternate stack is another one by now.
void unmap_thread(void *mapping) {
  backstop_error_free(thread.error); // it may run code of the library's, under a guard
  backstop_error_free(thread.raised_again);
  std::free(thread.throw_site);
  std::free(thread.thrown_first);
  unlist_watched(*thread.watched);
  renew_alternate_stacks_of_others(stack_in(mapping));
  end_counting(book_in(mapping)->calls);
  thread = Thread();
  munmap(mapping, mapping_size());
}

// Thread-local destructors have run by now. What stood here before us is not put back: Rust's std, for one,
// has freed its own stack already. A guarded call from a destructor that is yet to come sets everything up
// anew.
void end_thread(void *mapping) {
  stack_t none = {};
  none.ss_flags = SS_DISABLE;
  leave_alternate_stack(mapping, none);
  unmap_thread(mapping);
}

// What no overflow writes by chance.
uintptr_t random_word() noexcept {
  uintptr_t word;
  if (getrandom(&word, sizeof(word), GRND_NONBLOCK) != sizeof(word)) {
    word = reinterpret_cast<uintptr_t>(&thread) * 0x9e3779b9u; // early in the machine's life, or in a sandbox
  }
  return word;
}

} // namespace

// SIGSTKSZ and MINSIGSTKSZ don't know of AVX-512, AMX or SVE registers, which the kernel saves on this stack.
size_t alternate_stack_least() noexcept { return std::max<size_t>(64 * 1024, getauxval(AT_MINSIGSTKSZ) + 32 * 1024); }

bool prepare_altstacks(size_t size) noexcept {
  page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  stack_size = pages(std::max(size, alternate_stack_least()));
  return pthread_key_create(&at_thread_end, end_thread) == 0;
}

bool map_thread(const Bounds &stack) noexcept {
  void *mapping = mmap(nullptr, mapping_size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) {
    return false;
  }
  Book *book = book_in(mapping);
  if (mprotect(stack_in(mapping), stack_size, PROT_READ | PROT_WRITE) != 0 ||
      mprotect(book, book_size(), PROT_READ | PROT_WRITE) != 0 || pthread_setspecific(at_thread_end, mapping) != 0) {
    munmap(mapping, mapping_size());
    return false;
  }
  if (!set_stack(stack) || !set_alternate_stack(mapping)) {
    pthread_setspecific(at_thread_end, nullptr);
    munmap(mapping, mapping_size());
    return false;
  }
  thread.exceptions = abi::__cxa_get_globals();
  thread.error_number = &errno;
  thread.points = book->points;
  thread.recoveries = book->recoveries;
  thread.deferred = book->deferred;
  thread.watched = &book->watched;
  thread.canary = random_word();
  thread.capacity = chain_capacity;
  begin_counting(book->calls);
  thread.special &= ~unprepared;
  return true;
}

void release_thread() noexcept {
  void *mapping = pthread_getspecific(at_thread_end);
  const stack_t &replaced = book_in(mapping)->replaced;
  leave_alternate_stack(mapping, replaced);
  pthread_setspecific(at_thread_end, nullptr);
  unmap_thread(mapping);
}

void renew_alternate_stack(const void *gone) noexcept {
  void *mapping = pthread_getspecific(at_thread_end);
  if (mapping == nullptr) {
    return;
  }
  stack_t &replaced = book_in(mapping)->replaced;
  if (replaced.ss_sp == gone) {
    replaced.ss_flags = SS_DISABLE;
  }
  set_alternate_stack(mapping);
}

} // namespace runtime
} // namespace backstop
