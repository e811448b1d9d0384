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

} // namespace runtime
} // namespace backstop
