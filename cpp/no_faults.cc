// Stands in for the fault side on targets that have none: nothing is installed, and guards catch exceptions
// only.
#include "exception.h"
#include "guard.h"
#include "itanium.h"
#include "thread.h"

namespace backstop {
namespace runtime {

backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context) {
  std::exception_ptr exception;
  try {
    function(context);
    return nullptr;
  }
#ifdef __GLIBCXX__
  catch (abi::__forced_unwind &) {
    throw; // thread cancellation must not be stopped
  }
#endif
  catch (...) {
    exception = std::current_exception();
  }
  return error_from(exception, site);
}

} // namespace runtime
} // namespace backstop

uint32_t backstop_barrier_enter(const char *) noexcept { return 0; }

void backstop_barrier_leave(uint32_t) noexcept {}

backstop_status backstop_install(const backstop_options *options) noexcept {
  return options == nullptr || options->size == sizeof(*options) ? BACKSTOP_OK : BACKSTOP_INVALID_OPTIONS;
}

backstop_support_t backstop_support() noexcept { return BACKSTOP_SUPPORT_UNAVAILABLE; }

int backstop_add_handler(backstop_handler, void *) noexcept { return 0; }

int backstop_remove_handler(backstop_handler, void *) noexcept { return 0; }

const uint64_t *backstop_error_registers(const backstop_error *, size_t *count) noexcept {
  if (count != nullptr) {
    *count = 0;
  }
  return nullptr;
}

const char *backstop_register_name(size_t) noexcept { return nullptr; }
