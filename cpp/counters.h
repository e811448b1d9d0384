// How many guarded calls each domain has had. A thread counts its own, in an array that nobody else writes, so that a
// call costs no more for it than a load and a store; who wants to know adds up those of all threads.
#pragma once

#include "backstop/backstop.h"
#include "thread.h"

namespace backstop {
namespace runtime {

// Domains beyond these are counted where all threads meet, as are calls on threads that have no array.
constexpr uint32_t domains_counted = 1024;

// Of one thread.
struct Calls {
  uint64_t made[domains_counted]; // by the domain's index, less one
  Calls *next, *previous;
};

// When a thread starts, and when it ends: what it has counted stays.
void begin_counting(Calls &calls) noexcept;
void end_counting(Calls &calls) noexcept;

// Of the domain with this index, which is not 0. Under the lock.
uint64_t calls_on_threads(uint32_t index) noexcept;

// Counts a call that the thread has no place for, and registers the domain if it has not been yet.
void count_elsewhere(backstop_domain *domain) noexcept;

// Answers false, and counts nothing, if the thread has no place for it. The domain is that of the site, not null.
__attribute__((always_inline)) inline bool count_here(const backstop_domain *domain) noexcept {
  const uint32_t place = __atomic_load_n(&domain->index, __ATOMIC_RELAXED) - 1; // not registered: the largest number
  if (place >= thread.counted) {
    return false;
  }
  uint64_t &made = thread.calls[place];
  __atomic_store_n(&made, made + 1, __ATOMIC_RELAXED); // others read it
  return true;
}

inline void count_call(backstop_domain *domain) noexcept {
  if (!count_here(domain)) {
    count_elsewhere(domain);
  }
}

} // namespace runtime
} // namespace backstop
