// The entry for every architecture: sigsetjmp. The mask isn't saved (0), for that takes a system call; the
// handler runs with SA_NODEFER and an empty sa_mask, so the mask is what it was.
//
// This file must be built without _FORTIFY_SOURCE: its longjmp refuses jumps between stacks.
#include "entry.h"
#ifdef BACKSTOP_PORTABLE_ENTRY
#include "registers.h"
#include "throw_site.h"

#ifdef _FORTIFY_SOURCE
#error "build entry_portable.cc with -U_FORTIFY_SOURCE: the checked longjmp aborts on the way off the alternate stack"
#endif

namespace backstop {
namespace runtime {

// Not inlined: sigsetjmp's frame must hold nothing but these three arguments and the canary, none of which is used
// after a jump.
__attribute__((noinline)) End enter(Point *point, void (*function)(void *), void *context) {
  const volatile uintptr_t canary = thread.canary; // an overflow in the callee that gets to our callers goes through it
  point->canary = &canary;
  point->stack_pointer = current_stack_pointer(); // the same at the call: there is nothing to push
  const int end = sigsetjmp(point->registers, 0);
  if (end != 0) {
    return static_cast<End>(end);
  }
  chain_push();
  function(context);
  BACKSTOP_WATCH;
  return End::returned;
}

// glibc's siglongjmp runs the cleanup handlers that libc's own code has pushed on the way, so that a fault
// inside printf leaves stdout unlocked.
void return_to(const Point *point, End end) noexcept {
  siglongjmp(const_cast<Point *>(point)->registers, static_cast<int>(end));
}

} // namespace runtime
} // namespace backstop
#endif // BACKSTOP_PORTABLE_ENTRY
