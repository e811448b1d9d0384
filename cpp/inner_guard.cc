#include "inner_guard.h"
#include "thread.h"

namespace backstop {
namespace runtime {
namespace {

// Volatile: a fault may come at any instruction, and the compiler sees none.
void set_escape(sigjmp_buf *escape) noexcept { *const_cast<sigjmp_buf *volatile *>(&thread.escape) = escape; }

} // namespace

// The arguments are not used after a jump.
bool read_carefully(void (*function)(void *), void *argument) noexcept {
  sigjmp_buf escape;
  if (sigsetjmp(escape, 0) != 0) {
    set_escape(nullptr);
    return false;
  }
  set_escape(&escape);
  function(argument);
  set_escape(nullptr);
  return true;
}

void leave_reading() noexcept {
  if (thread.escape != nullptr) {
    siglongjmp(*thread.escape, 1);
  }
}

} // namespace runtime
} // namespace backstop
