// What the suites share.
#pragma once

#include "backstop/backstop.h"
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <type_traits>

struct FreeError {
  void operator()(backstop_error *error) const noexcept { backstop_error_free(error); }
};
using Error = std::unique_ptr<backstop_error, FreeError>;

inline constexpr backstop_site site = BACKSTOP_SITE("work");
inline constexpr backstop_site jumping = {"work", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};

template <typename Function> Error guarded(const backstop_site &at, Function function) {
  const auto call = [](void *context) { static_cast<void>((*static_cast<Function *>(context))()); };
  return Error(backstop_call(&at, call, &function));
}

template <typename Function> Error guarded(Function function) { return guarded(site, function); }

// Not inlined, and nothing that a compiler knows the end of.
__attribute__((noinline)) inline void write_to(int *pointer) {
  int *volatile where = pointer;
  *where = 1;
}

inline void fault() { write_to(nullptr); }

inline std::string text(const char *of) { return of != nullptr ? of : "(null)"; }

inline bool is_fault(const Error &error, backstop_fault_kind kind) {
  return error != nullptr && backstop_error_kind(error.get()) == BACKSTOP_FAULT &&
         backstop_error_fault(error.get())->kind == kind;
}
