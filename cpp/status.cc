// How things stand, for those who operate the program.
#include "altstack.h"
#include "copies.h"
#include "error.h"
#include "forward.h"
#include "host.h"
#include "install.h"
#include "stack.h"
#include "thread.h"
#include "throw_site.h"
#include "unwind_from.h"
#include "watchdog.h"
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

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

const char *file_of(const Dl_info &where) noexcept {
  const char *slash = std::strrchr(where.dli_fname, '/');
  return slash != nullptr ? slash + 1 : where.dli_fname;
}

// A long symbol is cut, so that the module can still be read.
template <size_t Size> void name_handler(uintptr_t handler, bool is_ours, char (&name)[Size]) noexcept {
  Dl_info where = {};
  if (handler <= 1) {
    std::snprintf(name, Size, "%s", handler == 0 ? "default action" : "ignored");
  } else if (dladdr(reinterpret_cast<void *>(handler), &where) == 0 || where.dli_fname == nullptr) {
    name[0] = '\0'; // code that a program has made as it ran
  } else if (is_ours) {
    std::snprintf(name, Size, "backstop in %s", file_of(where));
  } else if (where.dli_sname != nullptr) {
    std::string symbol;
    set_text(symbol, [&] { return readable_symbol(where.dli_sname); });
    std::snprintf(name, Size, "%.56s in %.34s", symbol.c_str(), file_of(where));
  } else {
    const uintptr_t offset = handler - reinterpret_cast<uintptr_t>(where.dli_fbase);
    std::snprintf(name, Size, "%.70s+0x%" PRIxPTR, file_of(where), offset);
  }
}

void add_handlers(backstop_health &health) noexcept {
  health.signal_count = sizeof(health.signals) / sizeof(health.signals[0]);
  (is_installed() ? first_copy().list_handlers : list_handlers)(health.signals);
  for (backstop_signal_status &status : health.signals) {
    name_handler(status.handler, status.is_on_top != 0, status.handler_name);
    if (status.is_handled) {
      name_handler(status.previous, false, status.previous_name);
    }
  }
}

void add_mask_and_deadlines(backstop_health &health) noexcept {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  for (backstop_signal_status &status : health.signals) {
    status.is_blocked = sigismember(&mask, status.signal);
  }
  health.deadline_signal = deadline_signal();
  health.deadline_signal_is_blocked = health.deadline_signal != 0 && sigismember(&mask, health.deadline_signal) == 1;
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
  health->traces = is_tracing() ? BACKSTOP_TRACES_ON : BACKSTOP_TRACES_OFF;
  health->thread_is_prepared = is_prepared() && thread.points != nullptr;
  health->thread_depth = thread.depth;
  health->stack_low = thread.stack_low;
  health->stack_high = thread.stack_high;
  add_alternate_stack(*health);
  health->is_watching = is_watching();
  health->debugger = debugger();
  list_sanitizers(health->sanitizers, sizeof(health->sanitizers));
  list_hosts(health->host, sizeof(health->host));
  add_handlers(*health);
  add_mask_and_deadlines(*health);
  return 1;
}
