// One guarded call from start to end. On the way that returns: loads and stores, no system call, no
// allocation.
#include "guard.h"
#include "chain.h"
#include "entry.h"
#include "exception.h"
#include "fault.h"
#include <cxxabi.h>
#include <exception>

namespace backstop {
namespace runtime {
namespace {

enum class End { returned, threw, faulted };

// `exception` is held by the caller, so that its destructor doesn't run at the end of the catch block,
// unguarded.
End attempt(Point *point, const backstop_site *site, void (*function)(void *), void *context,
            std::exception_ptr &exception) {
  try {
    if (point == nullptr) { // no fault support, or nested too deep: the chain counts the call, nothing more
      chain_push();
      function(context);
      return End::returned;
    }
    point->site = site;
    point->surroundings.save();
    return enter(point, function, context) ? End::faulted : End::returned;
  }
#ifdef __GLIBCXX__
  catch (abi::__forced_unwind &) {
    throw; // thread cancellation must not be stopped
  }
#endif
  catch (...) {
    exception = std::current_exception();
    return End::threw;
  }
}

// Cuts the chain back on every way out, also on forced unwinding.
struct Cut {
  const uint32_t depth = thread.depth;
  ~Cut() { chain_cut(depth); }
};

struct Release {
  ExceptionGlobals *globals;
  void *until;
};

// Ends the catch blocks that the jump left, newest first, which frees their exceptions.
void end_catches(void *context) {
  const auto *release = static_cast<Release *>(context);
  while (release->globals->caught != nullptr && release->globals->caught != release->until) {
    abi::__cxa_end_catch();
  }
}

__attribute__((noinline, cold)) backstop_error *after_fault(const Point &point) {
  const Surroundings before = point.surroundings; // nested guards take the entry again
  const backstop_site *site = point.site;
  backstop_error *error = error_from(*thread.snapshot, site);

  auto *globals = static_cast<ExceptionGlobals *>(thread.exceptions);
  if (globals->caught != before.exceptions.caught) {
    // The exceptions' destructors are the library's code: they may crash as well, and then what they held is
    // lost.
    Release release = {globals, before.exceptions.caught};
    std::exception_ptr ignored;
    const Cut cut;
    attempt(chain_next(), site, end_catches, &release, ignored);
  }
  *globals = before.exceptions;
  before.floating_point.restore();
  *thread.error_number = before.error_number;
  return error;
}

} // namespace

backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context) {
  if (__builtin_expect(!thread.prepared, 0)) {
    prepare_thread();
  }
  Point *point = chain_next();
  std::exception_ptr exception;
  End end;
  {
    const Cut cut;
    end = attempt(point, site, function, context, exception);
  }
  if (__builtin_expect(end == End::returned, 1)) {
    return nullptr;
  }
  return end == End::faulted ? after_fault(*point) : error_from(exception, site);
}

} // namespace runtime
} // namespace backstop
