// The lock of what domains keep. It is for where calls fail, are refused or are looked into, for threads that come and
// go, and never for calls that are made.
#pragma once

#include "deadline.h"

namespace backstop {
namespace runtime {

// Nothing is allocated or freed while it lives, and no code of the program's is called: a heap in disorder may fault,
// an outer guard may recover that, and the lock would stay held. For the same reason no deadline interrupts it. It is
// free in a child process, too.
class DomainLock {
public:
  DomainLock() noexcept;
  ~DomainLock();
  DomainLock(const DomainLock &) = delete;
  DomainLock &operator=(const DomainLock &) = delete;

private:
  Hold hold_;
};

} // namespace runtime
} // namespace backstop
