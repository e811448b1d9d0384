#include "counters.h"
#include "domain_lock.h"

namespace backstop {
namespace runtime {
namespace {

Calls *first;                    // of the threads that are there; in a child process, also those of the parent's
uint64_t ended[domains_counted]; // by threads that are gone

} // namespace

void begin_counting(Calls &calls) noexcept {
  {
    const DomainLock lock;
    calls.previous = nullptr;
    calls.next = first;
    if (first != nullptr) {
      first->previous = &calls;
    }
    first = &calls;
  }
  thread.calls = calls.made;
  thread.counted = domains_counted;
}

void end_counting(Calls &calls) noexcept {
  thread.counted = 0;
  const DomainLock lock;
  (calls.previous != nullptr ? calls.previous->next : first) = calls.next;
  if (calls.next != nullptr) {
    calls.next->previous = calls.previous;
  }
  for (uint32_t place = 0; place < domains_counted; ++place) {
    ended[place] += calls.made[place];
  }
}

uint64_t calls_on_threads(uint32_t index) noexcept {
  const uint32_t place = index - 1;
  if (place >= domains_counted) {
    return 0;
  }
  uint64_t sum = ended[place];
  for (const Calls *calls = first; calls != nullptr; calls = calls->next) {
    sum += __atomic_load_n(&calls->made[place], __ATOMIC_RELAXED);
  }
  return sum;
}

} // namespace runtime
} // namespace backstop
