// The hook of a guarded cxx bridge: backstop_build includes this in the C++ of each bridge that has a #[guard], after
// all that the bridge itself includes.
//
// cxx calls rust::behavior::trycatch(call, fail) in the C++ half of every bridge function that returns
// Result. Ours runs the call under a guard if the Rust half handed over a site, and as cxx itself would if it
// didn't.
//
// A translation unit can have one trycatch. To keep one of your own (to turn more exceptions into messages,
// say), let it call ours, and say so before including this file:
//
//   #define BACKSTOP_OWN_TRYCATCH
//   #include "backstop/bridge.h"
//
//   namespace rust { namespace behavior {
//   template <typename Try, typename Fail> static void trycatch(Try &&call, Fail &&fail) noexcept {
//     backstop::trycatch(
//         [&] {
//           try { call(); } catch (const MyError &e) { throw std::runtime_error(e.text()); }
//         },
//         fail);
//   }
//   }} // namespace rust::behavior
#pragma once

#include "backstop/backstop.h"
#include <cstddef>
#include <exception>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#if defined(__GNUC__) && defined(__linux__)
// The runtime's own: to call it for this would cost as much as all else that a guard does.
extern "C" __attribute__((tls_model("initial-exec"),
                          visibility("hidden"))) __thread const backstop_site *backstop_v0_bridge_slot;
#endif

namespace backstop {

// The class of an exception that Rust translates (#[exception]). A bridge names it by taking a pointer to one.
template <typename E> std::size_t exception_type(const E *) noexcept {
#ifdef __cpp_rtti
  return reinterpret_cast<std::size_t>(&typeid(E));
#else
  static_assert(sizeof(E) == 0, "#[exception] needs to know types at run time: compile this bridge without -fno-rtti");
  return 0;
#endif
}

namespace detail {

// Takes the site that the Rust half has handed over.
inline const backstop_site *take_site() noexcept {
#if defined(__GNUC__) && defined(__linux__)
  const backstop_site *site = backstop_v0_bridge_slot;
  backstop_v0_bridge_slot = nullptr;
  return site;
#else
  return backstop_bridge_site();
#endif
}

// Two ways to make a call. What catches here is not seen by the guard, nor by who wants to know where it was thrown.
template <typename Call> struct Callee {
  static void call(void *context) { (*static_cast<Call *>(context))(); }

  static void call_catching(void *context) {
    try {
      (*static_cast<Call *>(context))();
    } catch (const std::exception &exception) {
      backstop_bridge_caught(static_cast<const void *>(&exception));
    }
  }
};

} // namespace detail

template <typename Try, typename Fail> void trycatch(Try &&call, Fail &&fail) noexcept {
  const backstop_site *site = detail::take_site();
  if (site == nullptr) {
    try {
      call();
    } catch (const std::exception &exception) {
      fail(exception.what());
    }
    return;
  }
  using Callee = detail::Callee<typename std::remove_reference<Try>::type>;
  void *context = const_cast<void *>(static_cast<const void *>(&call));
  if (!backstop_bridge_call(context, Callee::call_catching, Callee::call, site)) {
    fail(""); // the typed error travels beside cxx's string
  }
}

} // namespace backstop

#ifndef BACKSTOP_OWN_TRYCATCH

// Finds out whether somebody declared a trycatch before us: argument-dependent look-up finds theirs through the
// namespace of the probe.
namespace rust {
inline namespace cxxbridge1 {
namespace detail {
class Fail;
} // namespace detail
} // namespace cxxbridge1
namespace behavior {
struct backstop_probe_call {
  void operator()() const;
};
} // namespace behavior
} // namespace rust

// Not within backstop, whose trycatch would be found.
namespace backstop_probe {
template <typename> struct exists {
  using type = void;
};
template <typename Fail, typename = void> struct has_trycatch : std::false_type {};
template <typename Fail>
struct has_trycatch<Fail, typename exists<decltype(trycatch(std::declval<rust::behavior::backstop_probe_call>(),
                                                            std::declval<Fail>()))>::type> : std::true_type {};
static_assert(!has_trycatch<rust::detail::Fail>::value,
              "this bridge has #[guard]s and a rust::behavior::trycatch of your own: they must be composed. Before "
              "your trycatch write `#define BACKSTOP_OWN_TRYCATCH` and `#include \"backstop/bridge.h\"`, and inside it "
              "call `backstop::trycatch(call, fail)` in place of `call()`; the first lines of bridge.h show it whole");
} // namespace backstop_probe

namespace rust {
namespace behavior {
template <typename Try, typename Fail> static void trycatch(Try &&call, Fail &&fail) noexcept {
  ::backstop::trycatch(std::forward<Try>(call), std::forward<Fail>(fail));
}
} // namespace behavior
} // namespace rust

#endif // BACKSTOP_OWN_TRYCATCH
