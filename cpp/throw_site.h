// Where exceptions are thrown. The frame that a guard calls first has a personality of ours. The unwinder asks it only
// about exceptions that C++ doesn't catch further in, and while it is still searching, so that the stack is whole.
#pragma once

#include "backstop/backstop.h"
#include "recorded.h"
#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>

#if defined(__linux__) && defined(__LP64__) && defined(__GLIBCXX__) &&                                                 \
    (defined(__x86_64__) || defined(__aarch64__) || defined(__riscv))
#define BACKSTOP_WATCHES_THROWS
#endif

// Gives the function in which it stands that personality. The function must have none of its own, so no destructors and
// no catch, and must not be inlined. To be put after the call that is watched, lest that be a tail call.
#ifdef BACKSTOP_WATCHES_THROWS
#define BACKSTOP_WATCH __asm__ volatile(".cfi_personality 0x1b, backstop_v0_personality") // pcrel | sdata4
#else
#define BACKSTOP_WATCH static_cast<void>(0)
#endif

namespace backstop {
namespace runtime {

struct ThrowSite {
  const void *exception; // the object that std::exception_ptr points to; null: it is of another language
  backstop_trace trace;
  backstop_frame frames[frames_kept]; // trace.frames points here
};

// Whether throws are traced, once that was decided.
#ifdef BACKSTOP_WATCHES_THROWS
extern __attribute__((visibility("hidden"))) std::atomic<bool> tracing;
inline bool is_tracing() noexcept { return tracing.load(std::memory_order_relaxed); }
#else
constexpr bool is_tracing() noexcept { return false; }
#endif

struct FreeThrowSite {
  void operator()(ThrowSite *site) const noexcept { std::free(site); }
};

using OwnedThrowSite = std::unique_ptr<ThrowSite, FreeThrowSite>;

inline bool is_choice(backstop_traces traces) noexcept {
  return traces >= BACKSTOP_TRACES_BY_ENVIRONMENT && traces <= BACKSTOP_TRACES_OFF;
}

// Decides whether throws are traced. Once, in ordinary context, and before anything is watched.
void prepare_throw_sites(backstop_traces traces) noexcept;

// Calls function(context) and watches it, as the entry does.
void call_watched(void (*function)(void *), void *context);

// Null if it is, or if there is no memory.
OwnedThrowSite copy_of(const OwnedThrowSite &site) noexcept;

// Where this exception was thrown, which has just come out of a watched call on this thread. Null if that was not
// traced, or there was no memory for it.
OwnedThrowSite take_throw_site(const std::exception_ptr &exception) noexcept;

// Throws the exception again. If the next that comes out of a watched call is this one, and C++ has not caught it in
// between, it was thrown at `site`, which may be null.
[[noreturn]] void rethrow(const std::exception_ptr &exception, OwnedThrowSite site);

} // namespace runtime
} // namespace backstop
