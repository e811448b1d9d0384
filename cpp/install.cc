#include "install.h"
#include "abort_message.h"
#include "altstack.h"
#include "copies.h"
#include "critical.h"
#include "environment.h"
#include "handler.h"
#include "heap_corruption.h"
#include "inner_guard.h"
#include "kind.h"
#include "modules.h"
#include "printable.h"
#include "runtime_code.h"
#include "stack.h"
#include "terminate.h"
#include "thread.h"
#include "throw_site.h"
#include "verdict.h"
#include "walk.h"
#include "watchdog.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>

namespace backstop {
namespace runtime {
namespace {

pthread_mutex_t installing = PTHREAD_MUTEX_INITIALIZER;
std::atomic<bool> installed; // or failed to; in any case done with
std::atomic<bool> working;

uint64_t all_signals() {
  uint64_t mask = 0;
  for (int signal : fault_signals) {
    mask |= uint64_t(1) << signal;
  }
  return mask;
}

bool is_valid(const backstop_options &options) {
  constexpr size_t largest = size_t(1) << 30;
  return options.size == sizeof(options) && (options.signals & ~all_signals()) == 0 &&
         options.alternate_stack_size <= largest && is_choice(options.traces) &&
         (options.deadline_signal == 0 || (options.deadline_signal >= SIGRTMIN && options.deadline_signal <= SIGRTMAX));
}

bool is_disabled() {
  static const bool disabled = [] {
    const char *value = environment("BACKSTOP_DISABLE");
    return value != nullptr && value[0] != '\0' && !(value[0] == '0' && value[1] == '\0');
  }();
  return disabled;
}

// Keeps the library that this code is in loaded for ever: handlers and thread keys point into it.
void pin() {
  Dl_info where;
  if (dladdr(reinterpret_cast<void *>(&on_signal), &where) != 0) {
    dlopen(where.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE); // fails for the program itself, which stays anyway
  }
}

void say_refused(Joining joining) {
  if (joining == Joining::refused) {
    std::fputs(
        "backstop: the kernel refused the fault handler: guards catch exceptions only; is there a sandbox, let it "
        "allow rt_sigaction\n",
        stderr);
  } else {
    std::fprintf(stderr,
                 "backstop: two copies of different versions are in this process, and that in %s has the fault "
                 "handler: the guards of that in %s catch exceptions only; build both with the same version\n",
                 printable(module_of_first()).c_str(), printable(module_of_this()).c_str());
  }
}

backstop_outcome install(const backstop_options &options) {
  pin();
  prepare_abort_messages();
  prepare_heap_corruption();
  prepare_kinds();
  prepare_stacks();
  prepare_verdict();
  prepare_modules();
  prepare_critical();
  prepare_walks(options.inner_frames_only == 0);
  prepare_inner_guard();
  choose_deadline_signal(options.deadline_signal);
  const uint64_t signals = options.signals != 0 ? options.signals : all_signals();
  const Joining joining = prepare_altstacks(options.alternate_stack_size) ? lead_or_join(signals) : Joining::refused;
  if (joining == Joining::refused || joining == Joining::is_other_version) {
    say_refused(joining);
    return BACKSTOP_REFUSED;
  }
  take_over_terminate();
  working = true;
  return first_copy().signals == signals ? BACKSTOP_OK : BACKSTOP_ALREADY_INSTALLED;
}

backstop_outcome install_once(const backstop_options &options) {
  pthread_mutex_lock(&installing);
  backstop_outcome status = BACKSTOP_ALREADY_INSTALLED;
  if (!installed) {
    prepare_throw_sites(options.traces);
    status = is_disabled() ? BACKSTOP_OK : install(options);
    installed = true;
  }
  pthread_mutex_unlock(&installing);
  return status;
}

void warn_once(const char *text) {
  static std::atomic<bool> warned;
  if (!warned.exchange(true)) {
    std::fputs(text, stderr);
  }
}

} // namespace

bool install_with_defaults() noexcept {
  const backstop_options defaults = {sizeof(backstop_options), 0, 0, BACKSTOP_TRACES_BY_ENVIRONMENT, 0, 0};
  if (!installed) {
    install_once(defaults);
  }
  return working;
}

bool is_installed() noexcept { return working; }

void prepare_thread() noexcept {
  if (!install_with_defaults()) {
    thread.special &= ~unprepared;  // as far as it can be
  } else if (!map_thread({0, 0})) { // the next call tries again
    warn_once("backstop: no memory or descriptor for a thread's alternate stack, or a sandbox that doesn't allow "
              "sigaltstack, mmap and mprotect: until that changes, its guards catch exceptions only\n");
  }
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

BACKSTOP_RUNTIME_CODE backstop_outcome backstop_install(const backstop_options *options) noexcept {
  const backstop_options defaults = {sizeof(backstop_options), 0, 0, BACKSTOP_TRACES_BY_ENVIRONMENT, 0, 0};
  const backstop_options &chosen = options != nullptr ? *options : defaults;
  return is_valid(chosen) ? install_once(chosen) : BACKSTOP_INVALID_OPTIONS;
}

backstop_support_t backstop_support() noexcept {
  const bool refused = installed && !working;
  return is_disabled() ? BACKSTOP_SUPPORT_DISABLED : refused ? BACKSTOP_SUPPORT_UNAVAILABLE : BACKSTOP_SUPPORT_FAULTS;
}
