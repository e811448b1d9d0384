// How things stand, for those who operate the program.
#include "altstack.h"
#include "copies.h"
#include "forward.h"
#include "install.h"
#include "stack.h"
#include "thread.h"
#include "throw_site.h"
#include "unwind_from.h"
#include <csignal>

using namespace backstop::runtime;

namespace {

void add_alternate_stack(backstop_health &health) noexcept {
  stack_t present = {};
  const bool is_there = sigaltstack(nullptr, &present) == 0 && (present.ss_flags & SS_DISABLE) == 0;
  const auto base = reinterpret_cast<uintptr_t>(present.ss_sp), points = reinterpret_cast<uintptr_t>(thread.points);
  health.alternate_stack_size = is_there ? present.ss_size : 0;
  health.alternate_stack_needed = alternate_stack_least();
  health.alternate_stack_is_ours = is_there && base < points && points - base < present.ss_size + 4 * page_size;
}

void add_mask(backstop_health &health) noexcept {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (backstop_signal_status &status : health.signals) {
    status.is_blocked = sigismember(&mask, status.signal);
  }
}

} // namespace

int backstop_status(backstop_health *health) noexcept {
  if (health->size != sizeof(*health)) {
    return 0;
  }
  *health = {};
  health->size = sizeof(*health);
  health->support = backstop_support();
  health->is_installed = is_installed();
#ifdef BACKSTOP_PORTABLE_ENTRY
  health->is_portable_entry = 1;
#endif
  health->can_unwind = can_unwind;
  health->traces = is_tracing ? BACKSTOP_TRACES_ON : BACKSTOP_TRACES_OFF;
  health->thread_is_prepared = thread.prepared && thread.points != nullptr;
  health->thread_depth = thread.depth;
  health->stack_low = thread.stack_low;
  health->stack_high = thread.stack_high;
  add_alternate_stack(*health);
  health->signal_count = sizeof(health->signals) / sizeof(health->signals[0]);
  (is_installed() ? first_copy().list_handlers : list_handlers)(health->signals);
  add_mask(*health);
  return 1;
}
