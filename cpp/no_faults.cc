// Stands in for the fault side on targets that have none: nothing is installed, and guards catch exceptions
// only.
#include "counters.h"
#include "domain.h"
#include "exception.h"
#include "guard.h"
#include "itanium.h"
#include "probe.h"
#include "rust_exceptions.h"
#include "thread.h"
#include "throw_site.h"
#include <utility>

#ifdef BACKSTOP_WATCHES_THROWS
#include "inner_guard.h"
#endif

namespace backstop {
namespace runtime {

#ifdef BACKSTOP_WATCHES_THROWS
// There is no handler to come back from.
bool read_carefully(void (*function)(void *), void *argument) noexcept {
  function(argument);
  return true;
}
#endif

namespace {

// False if it has been done before.
bool prepare_once(backstop_traces traces) noexcept {
  bool is_first = false;
  static const bool prepared = [&] {
    prepare_throw_sites(traces);
    return is_first = true;
  }();
  return prepared && is_first;
}

} // namespace

backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context) {
  prepare_once(BACKSTOP_TRACES_BY_ENVIRONMENT);
  Probe probe(site);
  Thrown thrown = {};
  try {
    const Elsewhere elsewhere;
    call_watched(function, context);
    probe.end(nullptr);
    return nullptr;
  }
#ifdef __GLIBCXX__
  catch (abi::__forced_unwind &) {
    throw; // thread cancellation must not be stopped
  }
#endif
  catch (const std::exception &standard) {
    thrown = current_exception(&standard);
  } catch (...) {
    thrown = current_exception(nullptr);
  }
  backstop_error *error = error_from(std::move(thrown), site);
  probe.end(error);
  return error;
}

bool is_callback_guarded() noexcept { return thread.elsewhere > 0; }

const char *callback_name() noexcept { return thread.callback; }

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

// With no recovery point there is nothing that a catching function could go back to.
void backstop_bridge_caught(const void *) { std::abort(); }

int backstop_bridge_call(void *context, void (*)(void *), void (*function)(void *), const backstop_site *site) {
  count_call(site->domain);
  backstop_error *error;
#ifdef __GLIBCXX__
  try {
    error = guard(site, function, context);
  } catch (abi::__forced_unwind &) {
    say_cancelled(site);
    throw;
  }
#else
  error = guard(site, function, context);
#endif
  if (error == nullptr) {
    return 1;
  }
  note_exception(*error);
  keep_for_rust(error);
  return 0;
}

uint32_t backstop_barrier_enter(const char *name) noexcept {
  thread.callback = name;
  return 0;
}

void backstop_barrier_leave(uint32_t) noexcept {}

uint32_t backstop_defer(void (*)(void *), void *) noexcept { return 0; }

uint32_t backstop_defer_in(const void *, void (*)(void *), void *) noexcept { return 0; }

void backstop_cancel(uint32_t) noexcept {}

// Nothing is interrupted here.
uint64_t backstop_deadline_enter(uint64_t) noexcept { return 0; }

void backstop_deadline_leave(uint64_t) noexcept {}

void backstop_hold() noexcept {}

void backstop_release() {}

const backstop_deadline *backstop_error_deadline(const backstop_error *) noexcept { return nullptr; }

int backstop_attach_thread(uintptr_t, uintptr_t) noexcept { return 0; }

void backstop_detach_thread() noexcept {}

backstop_outcome backstop_install(const backstop_options *options) noexcept {
  if (options != nullptr && (options->size != sizeof(*options) || !is_choice(options->traces))) {
    return BACKSTOP_INVALID_OPTIONS;
  }
  const backstop_traces traces = options != nullptr ? options->traces : BACKSTOP_TRACES_BY_ENVIRONMENT;
  return prepare_once(traces) ? BACKSTOP_OK : BACKSTOP_ALREADY_INSTALLED;
}

backstop_support_t backstop_support() noexcept { return BACKSTOP_SUPPORT_UNAVAILABLE; }

int backstop_add_handler(backstop_handler, void *, int32_t) noexcept { return 0; }

int backstop_remove_handler(backstop_handler, void *) noexcept { return 0; }

int backstop_add_listener(backstop_listener, void *, int32_t) noexcept { return 0; }

int backstop_remove_listener(backstop_listener, void *) noexcept { return 0; }

// Nothing is handled, and of signals nothing is known.
int backstop_status(backstop_health *health) noexcept {
  if (health->size != sizeof(*health)) {
    return 0;
  }
  *health = {};
  health->size = sizeof(*health);
  health->support = backstop_support();
  health->traces = is_tracing() ? BACKSTOP_TRACES_ON : BACKSTOP_TRACES_OFF;
  return 1;
}

const uint64_t *backstop_error_registers(const backstop_error *, size_t *count) noexcept {
  if (count != nullptr) {
    *count = 0;
  }
  return nullptr;
}

const char *backstop_register_name(size_t) noexcept { return nullptr; }
