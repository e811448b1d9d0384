#include "throw_site.h"
#include "environment.h"
#include "thread.h"
#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>
#ifdef BACKSTOP_WATCHES_THROWS
#include "inner_guard.h"
#include "itanium.h"
#endif

namespace backstop {
namespace runtime {

OwnedThrowSite copy_of(const OwnedThrowSite &site) noexcept {
  OwnedThrowSite copy(site != nullptr ? static_cast<ThrowSite *>(std::malloc(sizeof(ThrowSite))) : nullptr);
  if (copy != nullptr) {
    *copy = *site;
    copy->trace.frames = copy->frames;
  }
  return copy;
}

#ifdef BACKSTOP_WATCHES_THROWS

std::atomic<bool> tracing;

__attribute__((noinline)) void call_watched(void (*function)(void *), void *context) {
  function(context);
  BACKSTOP_WATCH;
}

namespace {

constexpr uint32_t outside_at_least = 20; // frames beyond the guard

// The functions that stand between the one that throws and `_Unwind_Backtrace`: ours, and the unwinder's and the C++
// library's, whichever these are and whoever has put himself in between.
constexpr size_t machinery_most = 16;
uintptr_t machinery[machinery_most];
size_t machinery_size;

bool is_machinery(uintptr_t function) noexcept {
  uintptr_t *end = machinery + machinery_size;
  return std::find(machinery, end, function) != end;
}

struct Walk {
  ThrowSite *site;
  uintptr_t guard; // the stack pointer of its frame
  bool has_begun, has_reached;
  uint32_t recorded, outside;
};

_Unwind_Reason_Code visit(_Unwind_Context *context, void *data) {
  auto &walk = *static_cast<Walk *>(data);
  walk.has_begun = walk.has_begun || !is_machinery(_Unwind_GetRegionStart(context));
  if (!walk.has_begun) {
    return _URC_NO_REASON;
  }
  walk.has_reached = walk.has_reached || _Unwind_GetCFA(context) == walk.guard;
  walk.outside += walk.has_reached;
  int is_exact = 0;
  const uintptr_t instruction_pointer = _Unwind_GetIPInfo(context, &is_exact);
  walk.site->frames[place_of_frame(walk.recorded++)] = {instruction_pointer, BACKSTOP_FRAME_OUTSIDE, is_exact};
  const bool is_enough = walk.recorded >= frames_kept && walk.outside >= outside_at_least;
  return is_enough ? _URC_END_OF_STACK : _URC_NO_REASON;
}

void walk_from_here(void *walk) { _Unwind_Backtrace(visit, walk); }

// As far as the guard the unwinder has just been. What lies beyond may be damaged, or described wrongly.
void take_trace(ThrowSite &site, uintptr_t guard) noexcept {
  Walk walk = {&site, guard, false, false, 0, 0};
  const bool is_readable = read_carefully(walk_from_here, &walk);
  backstop_trace trace = {};
  trace.size = sizeof(trace);
  trace.truncated = !is_readable || !walk.has_reached;
  trace.frame_count = std::min<size_t>(walk.recorded, frames_kept);
  trace.left_out = walk.recorded - static_cast<uint32_t>(trace.frame_count);
  trace.frames = site.frames;
  if (trace.left_out > 0) {
    trace.left_out_at = frames_first;
    std::rotate(site.frames + frames_first, site.frames + place_of_frame(walk.recorded), site.frames + frames_kept);
  }
  site.trace = trace;
}

// As libstdc++ lays it out. What std::rethrow_exception throws is a stand-in, which points to the exception itself.
const void *object_of(_Unwind_Exception_Class type, const _Unwind_Exception *exception) noexcept {
  constexpr _Unwind_Exception_Class primary = 0x474e5543432b2b00, dependent = primary + 1; // "GNUCC++"
  constexpr size_t before = 80;
  const void *object = nullptr;
  if (type == primary) {
    object = exception + 1;
  } else if (type == dependent) {
    std::memcpy(&object, reinterpret_cast<const char *>(exception) - before, sizeof(object));
  }
  return object;
}

// By malloc: operator new may be the program's, and it may be what throws, with its lock held. There is one of them on
// each thread; that of an exception still on its way gives way to that of the next, which a destructor threw.
void record(_Unwind_Exception_Class type, const _Unwind_Exception *exception, uintptr_t guard) noexcept {
  if (thread.throw_site == nullptr) {
    thread.throw_site = static_cast<ThrowSite *>(std::malloc(sizeof(ThrowSite)));
  }
  if (thread.throw_site != nullptr) {
    thread.throw_site->exception = object_of(type, exception);
    take_trace(*thread.throw_site, guard);
  }
}

bool is_wanted(backstop_traces traces) noexcept {
  if (traces != BACKSTOP_TRACES_BY_ENVIRONMENT) {
    return traces == BACKSTOP_TRACES_ON;
  }
  const char *value = environment("RUST_LIB_BACKTRACE"); // what Rust's std makes of them
  value = value != nullptr ? value : environment("RUST_BACKTRACE");
  return value != nullptr && std::strcmp(value, "0") != 0;
}

void throw_new(void *) { throw 0; }

void throw_again(void *) {
  try {
    throw 0;
  } catch (...) {
    throw;
  }
}

void throw_stored(void *exception) { std::rethrow_exception(*static_cast<std::exception_ptr *>(exception)); }

uintptr_t function_of(const backstop_frame &frame) noexcept {
  return reinterpret_cast<uintptr_t>(
      _Unwind_FindEnclosingFunction(reinterpret_cast<void *>(frame.instruction_pointer - 1)));
}

bool is_watch(const backstop_frame &frame) noexcept {
  return function_of(frame) == reinterpret_cast<uintptr_t>(&call_watched);
}

// What comes before the thrower in its trace, and is not known yet, is machinery.
void learn_from(void (*thrower)(void *), std::exception_ptr &exception) noexcept {
  try {
    call_watched(thrower, &exception);
  } catch (...) {
    exception = std::current_exception();
  }
  const OwnedThrowSite site = take_throw_site(exception);
  if (site == nullptr) {
    return;
  }
  const backstop_frame *frames = site->frames, *end = frames + site->trace.frame_count;
  const backstop_frame *watch = std::find_if(frames, end, is_watch);
  for (; watch != end && frames + 1 < watch && machinery_size < machinery_most; ++frames) {
    machinery[machinery_size++] = function_of(*frames);
  }
}

} // namespace

void prepare_throw_sites(backstop_traces traces) noexcept {
  if (is_wanted(traces) && is_catchable(throw_new)) {
    tracing = true;
    std::exception_ptr exception;
    for (const auto thrower : {throw_new, throw_again, throw_stored}) {
      learn_from(thrower, exception);
    }
  }
}

OwnedThrowSite take_throw_site(const std::exception_ptr &exception) noexcept {
  static_assert(sizeof(exception) == sizeof(void *), "it is a pointer to the object");
  const void *object;
  std::memcpy(&object, &exception, sizeof(object));
  if (thread.throw_site == nullptr || thread.throw_site->exception != object) {
    return nullptr;
  }
  OwnedThrowSite last(std::exchange(thread.throw_site, nullptr)), first(std::exchange(thread.thrown_first, nullptr));
  const bool is_rethrown =
      last->trace.frame_count > 0 && function_of(last->frames[0]) == reinterpret_cast<uintptr_t>(&rethrow);
  return is_rethrown && first != nullptr && first->exception == object ? std::move(first) : std::move(last);
}

__attribute__((noinline)) void rethrow(const std::exception_ptr &exception, OwnedThrowSite site) {
  OwnedThrowSite unused(std::exchange(thread.thrown_first, site.release()));
  unused.reset();
  std::rethrow_exception(exception);
}

#else

void call_watched(void (*function)(void *), void *context) { function(context); }

void rethrow(const std::exception_ptr &exception, OwnedThrowSite) { std::rethrow_exception(exception); }

void prepare_throw_sites(backstop_traces) noexcept {}

OwnedThrowSite take_throw_site(const std::exception_ptr &) noexcept { return nullptr; }

#endif

} // namespace runtime
} // namespace backstop

#ifdef BACKSTOP_WATCHES_THROWS

using namespace backstop::runtime;

// Used by assembly alone, which an optimiser of the whole program doesn't read.
extern "C" __attribute__((visibility("hidden"), used)) _Unwind_Reason_Code backstop_v0_personality(
    int, _Unwind_Action actions, _Unwind_Exception_Class type, _Unwind_Exception *exception, _Unwind_Context *context) {
  if ((actions & _UA_SEARCH_PHASE) != 0 && is_tracing()) {
    record(type, exception, _Unwind_GetCFA(context));
  }
  return _URC_CONTINUE_UNWIND;
}

#endif
