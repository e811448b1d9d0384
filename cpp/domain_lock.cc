#include "domain_lock.h"
#include <pthread.h>

namespace backstop {
namespace runtime {
namespace {

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void lock() { pthread_mutex_lock(&mutex); }
void unlock() { pthread_mutex_unlock(&mutex); }

} // namespace

DomainLock::DomainLock() noexcept {
  static const int is_fork_safe = pthread_atfork(lock, unlock, unlock);
  static_cast<void>(is_fork_safe);
  lock();
}

DomainLock::~DomainLock() { unlock(); }

} // namespace runtime
} // namespace backstop
