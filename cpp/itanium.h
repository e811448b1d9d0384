// Whether this compiler's C++ ABI is the Itanium one, which can name any exception's type; and what that ABI lays down.
#pragma once

#if __has_include(<cxxabi.h>)
#define BACKSTOP_ITANIUM 1
#include <cxxabi.h>
#include <unwind.h>
#endif

namespace backstop {
namespace runtime {

// The head of __cxa_eh_globals.
struct ExceptionGlobals {
  void *caught;          // stack of the exceptions being handled
  unsigned int uncaught; // how many are in flight
};

#ifdef BACKSTOP_ITANIUM
// Whether what this function throws can be caught: a program may have no unwind tables, or its linker have left out
// their index, and then a throw is its end.
inline bool is_catchable(void (*thrower)(void *)) noexcept {
  return _Unwind_FindEnclosingFunction(reinterpret_cast<char *>(thrower) + 1) != nullptr;
}
#endif

} // namespace runtime
} // namespace backstop
