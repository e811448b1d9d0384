// The C functions of backstop.h that are not where their idea is.
#include "domain.h"
#include "guard.h"
#include "itanium.h"
#include "thread.h"
#include <cstdio>

using namespace backstop::runtime;

uint32_t backstop_version() noexcept {
  return 10000 * BACKSTOP_VERSION_MAJOR + 100 * BACKSTOP_VERSION_MINOR + BACKSTOP_VERSION_PATCH;
}

backstop_error *backstop_call(const backstop_site *site, void (*function)(void *), void *context) {
  if (__builtin_expect(is_tainted(site->domain), 0)) {
    if (backstop_error *error = refuse(site)) {
      return error;
    }
  }
  return guard(site, function, context);
}

backstop_error *backstop_bridge_refuse(const backstop_site *site) noexcept { return refuse(site); }

void backstop_bridge_enter(const backstop_site *site) noexcept { thread.site = site; }

const backstop_site *backstop_bridge_site() noexcept {
  const backstop_site *site = thread.site;
  thread.site = nullptr;
  return site;
}

namespace {

// A guarded call that Rust makes. Thread cancellation passes through guards, but nothing unwinds Rust: the caller's
// noexcept ends it, and so the process.
backstop_error *guard_for_rust(const backstop_site *site, void (*function)(void *), void *context) {
#ifdef __GLIBCXX__
  try {
    return guard(site, function, context);
  } catch (abi::__forced_unwind &) {
    std::fprintf(stderr,
                 "backstop: %s: the thread is being cancelled (by pthread_cancel or pthread_exit), and that can't pass "
                 "the Rust code which made this call. Cancel only threads that aren't in a call from Rust; aborting\n",
                 site->name);
    throw;
  }
#else
  return guard(site, function, context);
#endif
}

} // namespace

int backstop_bridge_call(const backstop_site *site, void (*function)(void *), void *context) {
  backstop_error *error = guard_for_rust(site, function, context);
  if (__builtin_expect(error == nullptr, 1)) {
    return 1;
  }
  backstop_error_free(thread.error); // one that nobody took
  thread.error = error;
  return 0;
}

backstop_error *backstop_bridge_error() noexcept {
  backstop_error *error = thread.error;
  thread.error = nullptr;
  return error;
}
