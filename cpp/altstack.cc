// The handler runs on a stack of its own, for the fault may be that the other is used up. Per thread:
//
//   guard page | alternate stack | guard page | chain, recoveries | guard page
//
// mapped at the thread's first guarded call and given back when it ends.
#include "altstack.h"
#include "chain.h"
#include "copies.h"
#include "recovery.h"
#include "stack.h"
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

constexpr uint32_t chain_capacity = 4096; // entries; the kernel backs the pages that are used
size_t page;
size_t stack_size;
size_t book_size; // chain and recoveries
pthread_key_t at_thread_end;

size_t pages(size_t size) { return (size + page - 1) / page * page; }
size_t mapping_size() { return 3 * page + stack_size + book_size; }

// Keeps an adequate stack that is there already (a host's that shares its thread with us): what it reserved
// it relies on. Rust's own, 8 KiB and a little, is not adequate.
bool set_alternate_stack(char *base) {
  stack_t present;
  const int unfit = SS_DISABLE | SS_AUTODISARM; // a jump off the latter leaves it disarmed
  if (sigaltstack(nullptr, &present) == 0 && (present.ss_flags & unfit) == 0 && present.ss_size >= stack_size) {
    return true;
  }
  stack_t ours = {};
  ours.ss_sp = base;
  ours.ss_size = stack_size;
  return sigaltstack(&ours, nullptr) == 0;
}

// Thread-local destructors have run by now. What stood here before us is not put back: Rust's std, for one,
// has freed its own stack already. A guarded call from a destructor that is yet to come sets everything up
// anew.
void unmap_thread(void *mapping) {
  backstop_error_free(thread.error); // it may run code of the library's, under a guard
  backstop_error_free(thread.raised_again);
  std::free(thread.throw_site);
  std::free(thread.thrown_first);
  stack_t present;
  char *base = static_cast<char *>(mapping) + page;
  if (sigaltstack(nullptr, &present) == 0 && present.ss_sp == base) {
    stack_t none = {};
    none.ss_flags = SS_DISABLE; // before the pages go
    sigaltstack(&none, nullptr);
    renew_alternate_stacks_of_others();
  }
  thread = Thread();
  munmap(mapping, mapping_size());
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

bool prepare_altstacks(size_t size) noexcept {
  page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  // SIGSTKSZ and MINSIGSTKSZ don't know of AVX-512, AMX or SVE registers, which the kernel saves on this
  // stack.
  const size_t least = std::max<size_t>(64 * 1024, getauxval(AT_MINSIGSTKSZ) + 32 * 1024);
  stack_size = pages(std::max(size, least));
  book_size = pages(chain_capacity * sizeof(Point) + recoveries_kept * sizeof(Recovery));
  return pthread_key_create(&at_thread_end, unmap_thread) == 0;
}

bool map_thread() noexcept {
  void *mapping = mmap(nullptr, mapping_size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) {
    return false;
  }
  char *base = static_cast<char *>(mapping) + page;
  char *book = base + stack_size + page;
  if (mprotect(base, stack_size, PROT_READ | PROT_WRITE) != 0 ||
      mprotect(book, book_size, PROT_READ | PROT_WRITE) != 0 || pthread_setspecific(at_thread_end, mapping) != 0) {
    munmap(mapping, mapping_size());
    return false;
  }
  if (!find_stack() || !set_alternate_stack(base)) {
    pthread_setspecific(at_thread_end, nullptr);
    munmap(mapping, mapping_size());
    return false;
  }
  thread.exceptions = abi::__cxa_get_globals();
  thread.error_number = &errno;
  thread.points = reinterpret_cast<Point *>(book);
  thread.recoveries = reinterpret_cast<Recovery *>(book + chain_capacity * sizeof(Point));
  thread.canary = random_word();
  thread.capacity = chain_capacity;
  return true;
}

void renew_alternate_stack() noexcept {
  if (void *mapping = pthread_getspecific(at_thread_end)) {
    set_alternate_stack(static_cast<char *>(mapping) + page);
  }
}

} // namespace runtime
} // namespace backstop
