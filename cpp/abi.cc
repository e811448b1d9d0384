// The C functions of backstop.h that are not where their idea is.
#include "counters.h"
#include "domain.h"
#include "guard.h"
#include "thread.h"
#include <utility>

using namespace backstop::runtime;

uint32_t backstop_version() noexcept {
  return 10000 * BACKSTOP_VERSION_MAJOR + 100 * BACKSTOP_VERSION_MINOR + BACKSTOP_VERSION_PATCH;
}

backstop_error *backstop_call(const backstop_site *site, void (*function)(void *), void *context) {
  if (__builtin_expect(may_refuse(site->domain), 0)) {
    if (backstop_error *error = refuse(site)) {
      return error;
    }
  }
  if (site->domain != nullptr) {
    count_call(site->domain);
  }
  backstop_error *error = guard(site, function, context);
  if (__builtin_expect(error != nullptr, 0)) {
    note_exception(*error);
  }
  return error;
}

backstop_error *backstop_bridge_refuse(const backstop_site *site) noexcept { return refuse(site); }

void backstop_bridge_enter(const backstop_site *site) noexcept { backstop_v0_bridge_slot = site; }

const backstop_site *backstop_bridge_site() noexcept { return std::exchange(backstop_v0_bridge_slot, nullptr); }

backstop_error *backstop_bridge_error() noexcept { return std::exchange(thread.error, nullptr); }
