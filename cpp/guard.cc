// One guarded call from start to end. On the way that returns: loads and stores, no system call, no allocation. With
// g++ on x86-64 a guard adds 106 instructions to what cxx's own call of a function with a Result takes, from the Rust
// wrapper to the C++ function and back (tests/outside.rs counts them): 54 of them here, 10 of which count the call, 19
// in the entry, 8 to hand over the site, and the rest in what the C++ compiler makes of a callable that is passed on.
#include "guard.h"
#include "chain.h"
#include "cleanup.h"
#include "copies.h"
#include "counters.h"
#include "deadline.h"
#include "domain.h"
#include "entry.h"
#include "error.h"
#include "exception.h"
#include "fault.h"
#include "install.h"
#include "itanium.h"
#include "listeners.h"
#include "loan.h"
#include "poison.h"
#include "probe.h"
#include "runtime_code.h"
#include "stack.h"
#include "throw_site.h"
#include <utility>

namespace backstop {
namespace runtime {
namespace {

// Room for what is thrown, which nothing is done to unless something is.
union Room {
  Thrown thrown;
  Room() noexcept {}
  ~Room() {}
};

// Who made the call.
enum class Caller { cpp, rust };

// What was thrown is kept in `room`, so that its destructor doesn't run at the end of the catch block, unguarded.
// Inlined where calls are guarded, for frames of its own would cost as much as all the rest.
template <Caller caller, typename Call, typename SiteOf>
__attribute__((always_inline)) inline End attempt(Room &room, Call call, SiteOf site) {
  try {
    return call();
  }
#ifdef __GLIBCXX__
  catch (abi::__forced_unwind &) {
    if (caller == Caller::rust) {
      say_cancelled(site());
    }
    throw; // thread cancellation must not be stopped
  }
#endif
  catch (const std::exception &standard) {
    new (&room.thrown) Thrown(current_exception(&standard));
    return End::threw;
  } catch (...) {
    new (&room.thrown) Thrown(current_exception(nullptr));
    return End::threw;
  }
}

// Cuts the chain back on every way out, also on forced unwinding.
struct Cut {
  const uint32_t depth;
  ~Cut() { chain_cut(depth); }
};

// The depth is all that the caller keeps meanwhile, for each register that it would keep it has to save: after it, the
// next point of the chain is this one again, and tells the rest.
template <Caller caller>
__attribute__((always_inline)) inline End attempt_at_next(const backstop_site *site, void (*function)(void *),
                                                          void *context, Room &room) {
  const uint32_t depth = thread.depth;
  const Cut cut = {depth};
  const auto call = [=]() __attribute__((always_inline)) {
    Point *point = &thread.points[depth];
    point->site = site;
    point->unwinding = nullptr;
    point->surroundings.save();
    return enter(point, function, context);
  };
  return attempt<caller>(room, call, [&cut] {
    chain_cut(cut.depth);
    return chain_next()->site;
  });
}

// Where there is no recovery point, so that exceptions are all that can be caught.
template <Caller caller>
End attempt_without_point(const backstop_site *site, void (*function)(void *), void *context, Room &room) {
  const auto call = [=] {
    call_watched(function, context);
    return End::returned;
  };
  return attempt<caller>(room, call, [site] { return site; });
}

backstop_error *error_of(Room &room, const backstop_site *site) {
  Thrown thrown = std::move(room.thrown);
  room.thrown.~Thrown();
  return error_from(std::move(thrown), site);
}

// Once what was recovered has been dealt with.
void leave_recovery() {
  end_recovery();
  if (thread.recovering == 0) { // or else an outer recovery may be using it
    take_back();
  }
}

// As a guarded call, of a function of ours that is not to throw but calls what may crash. False if it did.
bool try_quietly(const backstop_site *site, void (*function)(void *), void *context) {
  Room room;
  const End end = chain_has_next() ? attempt_at_next<Caller::cpp>(site, function, context, room)
                                   : attempt_without_point<Caller::cpp>(site, function, context, room);
  if (end == End::threw) {
    room.thrown.~Thrown();
  } else if (end == End::faulted) {
    const Surroundings &before = chain_next()->surroundings;
    *static_cast<ExceptionGlobals *>(thread.exceptions) = before.exceptions;
    before.floating_point.restore();
    leave_recovery();
  }
  return end == End::returned;
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
  const char *message; // the error's, once a domain wants it; null: there is no memory for it
};

void make_error(void *context) {
  auto *report = static_cast<Report *>(context);
  report->error = error_from(*report->recovery, report->site);
}

void make_message(void *context) {
  auto *report = static_cast<Report *>(context);
  report->message = backstop_error_message(report->error);
}

void tell(backstop_listener listener, void *data, void *context) {
  struct Call {
    backstop_listener listener;
    const Report *report;
    void *data;
  } call = {listener, static_cast<const Report *>(context), data};
  const auto run = [](void *context) {
    const auto *call = static_cast<const Call *>(context);
    call->listener(call->report->error, call->data);
  };
  try_quietly(call.report->site, run, &call); // what comes of it is its own affair
}

backstop_error *after_fault(const Point &point) {
  const Hold hold; // of deadlines of calls around this one: what is made here must not be lost
  const Surroundings before = point.surroundings; // the calls below take the entry again
  const backstop_site *site = point.site;
  before.floating_point.restore();
  Recovery &recovery = thread.recoveries[thread.recovering - 1];
  recovery.cleanups_failed += drop_deferred_of_others(point.stack_pointer);

  // Memory may be short, or the fault may be that the heap is corrupt: then the error comes without its texts.
  Report report = {&recovery, site, nullptr, nullptr};
  if (!try_quietly(site, make_error, &report)) {
    report.error = bare_error_from(recovery, site);
  }
  auto *globals = static_cast<ExceptionGlobals *>(thread.exceptions);
  if (globals->caught != before.exceptions.caught) {
    // The exceptions' destructors are the library's code: they may crash as well, and then what they held is lost.
    Release release = {globals, before.exceptions.caught};
    try_quietly(site, end_catches, &release);
  }
  if (site->domain != nullptr) {
    try_quietly(site, make_message, &report);
    note_fault(*report.error, report.message);
  }
  leave_recovery();
  *globals = before.exceptions;
  before.floating_point.restore();
  visit_listeners(tell, &report);
  *thread.error_number = before.error_number;
  return report.error;
}

} // namespace

namespace {

// Nested too deep, so that the chain counts the call and nothing more; on a fiber, which leaves the chain alone; or
// where faults aren't handled.
template <Caller caller>
__attribute__((noinline)) backstop_error *guard_without_point(const backstop_site *site, void (*function)(void *),
                                                              void *context) {
  if (thread.points == nullptr && is_installed()) {
    // The next call prepares the thread. libc may have begun it while it loaded this library, and then `thread` holds
    // zeros rather than what it begins with.
    thread.special |= unprepared;
  }
  Room room;
  End end;
  if (is_on_stack()) {
    const Cut cut = {thread.depth};
    chain_push();
    end = attempt_without_point<caller>(site, function, context, room);
  } else {
    const Elsewhere elsewhere;
    end = attempt_without_point<caller>(site, function, context, room);
  }
  return end == End::returned ? nullptr : error_of(room, site);
}

// Of a call that has ended otherwise than by returning.
__attribute__((noinline, cold)) backstop_error *error_after(End end, Room &room) {
  const Point &point = *chain_next();
  forget_left_scopes();
  switch (end) {
  case End::faulted:
    return after_fault(point);
  case End::caught:
    return std::exchange(thread.caught, nullptr);
  default:
    forget_deferred(point.stack_pointer);
    return error_of(room, point.site);
  }
}

// `catching` is the same function, if it is one that hands exceptions over as backstop_bridge_caught wants it.
template <Caller caller>
__attribute__((always_inline)) inline backstop_error *guard_at_next(const backstop_site *site, void (*function)(void *),
                                                                    void (*catching)(void *), void *context) {
  Room room;
  const End end = attempt_at_next<caller>(site, is_tracing() ? function : catching, context, room);
  return __builtin_expect(end == End::returned, 1) ? nullptr : error_after(end, room);
}

template <Caller caller>
__attribute__((always_inline)) inline backstop_error *guard_plainly(const backstop_site *site, void (*function)(void *),
                                                                    void (*catching)(void *), void *context) {
  return is_on_stack() && chain_has_next() ? guard_at_next<caller>(site, function, catching, context)
                                           : guard_without_point<caller>(site, function, context);
}

template <Caller caller>
__attribute__((always_inline)) inline backstop_error *guard_within(const backstop_site *site, void (*function)(void *),
                                                                   void (*catching)(void *), void *context) {
  Limit limit(site);
  backstop_error *error = guard_plainly<caller>(site, function, catching, context);
  if (error == nullptr) {
    error = limit.overrun(site);
    if (error != nullptr) {
      note_fault(*error, backstop_error_message(error));
    }
  }
  return error;
}

// With a deadline, as a domain's probe, as the thread's first, or where there may be no recovery point for it. Inlined,
// for g++ puts no template into the section of BACKSTOP_RUNTIME_CODE.
template <Caller caller>
__attribute__((always_inline)) inline backstop_error *
guard_specially(const backstop_site *site, void (*function)(void *), void (*catching)(void *), void *context) {
  if (!is_prepared()) {
    prepare_thread();
  }
  Probe probe(site);
  const bool is_limited = site->deadline != 0 || (thread.special & within_deadline) != 0;
  backstop_error *error = is_limited && thread.watched != nullptr // or else nothing is interrupted here
                              ? guard_within<caller>(site, function, catching, context)
                              : guard_plainly<caller>(site, function, catching, context);
  probe.end(error);
  return error;
}

// Whether the call goes the way of most.
inline bool is_common(const backstop_site *site) noexcept {
  return (site->deadline | thread.special) == 0 && is_within_stack(current_stack_pointer()) && chain_has_next();
}

// Answers what Rust is told.
BACKSTOP_RUNTIME_CODE __attribute__((noinline)) int fail(backstop_error *error) {
  note_exception(*error);
  keep_for_rust(error);
  return 0;
}

BACKSTOP_RUNTIME_CODE __attribute__((noinline)) backstop_error *
cpp_call_specially(const backstop_site *site, void (*function)(void *), void *context) {
  return guard_specially<Caller::cpp>(site, function, function, context);
}

BACKSTOP_RUNTIME_CODE __attribute__((noinline)) int
bridge_call_specially(void *context, void (*catching)(void *), void (*function)(void *), const backstop_site *site) {
  count_call(site->domain);
  backstop_error *error = guard_specially<Caller::rust>(site, function, catching, context);
  if (error == nullptr) {
    return 1;
  }
  const bool has_returned = error->kind == BACKSTOP_DEADLINE && error->deadline.is_interrupted == 0;
  fail(error);
  if (has_returned) {
    backstop_v0_bridge_slot = site; // Rust finds it there, and drops what was returned
  }
  return has_returned ? 1 : 0;
}

} // namespace

bool call_quietly(const backstop_site *site, void (*function)(void *), void *context) {
  return try_quietly(site, function, context);
}

BACKSTOP_RUNTIME_CODE backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context) {
  return __builtin_expect(is_common(site), 1) ? guard_at_next<Caller::cpp>(site, function, function, context)
                                              : cpp_call_specially(site, function, context);
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

// In this order, what the entry takes is where it takes it, unless throws are traced.
BACKSTOP_RUNTIME_CODE int backstop_bridge_call(void *context, void (*catching)(void *), void (*function)(void *),
                                               const backstop_site *site) {
  if (__builtin_expect(!is_common(site) || !count_here(site->domain), 0)) {
    return bridge_call_specially(context, catching, function, site);
  }
  backstop_error *error = guard_at_next<Caller::rust>(site, function, catching, context);
  return __builtin_expect(error == nullptr, 1) ? 1 : fail(error);
}

BACKSTOP_RUNTIME_CODE void backstop_bridge_caught(const void *exception) {
  const Point *point = chain_top();
  forget_deferred(point->stack_pointer);
  thread.caught = error_from(current_exception(static_cast<const std::exception *>(exception)), point->site);
  abi::__cxa_end_catch();
  forget_poison();
  return_to(point, End::caught);
}
