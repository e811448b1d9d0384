// Switches that whoever starts the program may set, unless it has more rights than they: a program that is setuid,
// setgid or has capabilities by its file goes by none of them.
#pragma once

#include <cstdlib>
#ifdef __APPLE__
#include <unistd.h>
#endif

namespace backstop {
namespace runtime {

// The variable's value, or null.
inline const char *environment(const char *name) noexcept {
#if defined(__linux__)
  return secure_getenv(name);
#elif defined(__APPLE__)
  return issetugid() ? nullptr : std::getenv(name);
#else
  return std::getenv(name);
#endif
}

} // namespace runtime
} // namespace backstop
