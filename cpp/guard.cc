// One guarded call from start to end. On the way that returns: loads and stores, no system call, no allocation.
#include "guard.h"
#include "chain.h"
#include "domain.h"
#include "entry.h"
#include "error.h"
#include "exception.h"
#include "fault.h"
#include "itanium.h"
#include "loan.h"
#include "stack.h"
#include "throw_site.h"
#include <utility>

namespace backstop {
namespace runtime {
namespace {

enum class End { returned, threw, faulted };

// `point` is null where no fault is recovered. What was thrown is held by the caller, so that its destructor doesn't
// run at the end of the catch block, unguarded.
End attempt(Point *point, const backstop_site *site, void (*function)(void *), void *context, Thrown &thrown) {
  try {
    if (point == nullptr) {
      call_watched(function, context);
      return End::returned;
    }
    point->site = site;
    point->unwinding = nullptr;
    point->surroundings.save();
    return enter(point, function, context) ? End::faulted : End::returned;
  }
#ifdef __GLIBCXX__
  catch (abi::__forced_unwind &) {
    throw; // thread cancellation must not be stopped
  }
#endif
  catch (const std::exception &standard) {
    thrown = current_exception(&standard);
    return End::threw;
  } catch (...) {
    thrown = current_exception(nullptr);
    return End::threw;
  }
}

// Cuts the chain back on every way out, also on forced unwinding.
struct Cut {
  const uint32_t depth = thread.depth;
  ~Cut() { chain_cut(depth); }
};

// As a guarded call, of a function of ours that is not to throw but calls what may crash. False if it did.
bool try_quietly(const backstop_site *site, void (*function)(void *), void *context) {
  Thrown ignored = {};
  const Cut cut;
  return attempt(chain_next(), site, function, context, ignored) == End::returned;
}

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

struct Report {
  const Recovery *recovery;
  const backstop_site *site;
  backstop_error *error;
};

void make_error(void *context) {
  auto *report = static_cast<Report *>(context);
  report->error = error_from(*report->recovery, report->site);
}

void taint_domain(void *context) {
  const auto *report = static_cast<Report *>(context);
  taint(report->site->domain, backstop_error_message(report->error));
}

__attribute__((noinline, cold)) backstop_error *after_fault(const Point &point) {
  const Surroundings before = point.surroundings; // the calls below take the entry again
  const backstop_site *site = point.site;
  before.floating_point.restore();
  const Recovery &recovery = thread.recoveries[thread.recovering - 1];

  // Memory may be short, or the fault may be that the heap is corrupt: then the error comes without its texts.
  Report report = {&recovery, site, nullptr};
  if (!try_quietly(site, make_error, &report)) {
    report.error = bare_error_from(recovery, site);
  }
  auto *globals = static_cast<ExceptionGlobals *>(thread.exceptions);
  if (globals->caught != before.exceptions.caught) {
    // The exceptions' destructors are the library's code: they may crash as well, and then what they held is lost.
    Release release = {globals, before.exceptions.caught};
    try_quietly(site, end_catches, &release);
  }
  const bool taints = site->domain != nullptr && site->domain->on_torn == BACKSTOP_REFUSE_CALLS;
  if (taints && report.error->fault->recovery.is_torn && !try_quietly(site, taint_domain, &report)) {
    taint(site->domain, nullptr);
  }
  end_recovery();
  if (thread.recovering == 0) { // or else an outer recovery may be using it
    take_back();
  }
  *globals = before.exceptions;
  before.floating_point.restore();
  *thread.error_number = before.error_number;
  return report.error;
}

} // namespace

backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context) {
  if (__builtin_expect(!thread.prepared, 0)) {
    prepare_thread();
  }
  Thrown thrown = {};
  End end;
  Point *point = nullptr;
  if (__builtin_expect(is_on_stack(), 1)) {
    const Cut cut;
    point = chain_next();
    if (point == nullptr) {
      chain_push(); // nested too deep: the chain counts the call, nothing more
    }
    end = attempt(point, site, function, context, thrown);
  } else { // on a fiber, which leaves the chain alone, or where faults aren't handled
    const Elsewhere elsewhere;
    end = attempt(nullptr, site, function, context, thrown);
  }
  if (__builtin_expect(end == End::returned, 1)) {
    return nullptr;
  }
  return end == End::faulted ? after_fault(*point) : error_from(std::move(thrown), site);
}

} // namespace runtime
} // namespace backstop
