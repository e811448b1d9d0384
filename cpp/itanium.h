// Whether this compiler's C++ ABI is the Itanium one, which can name any exception's type.
#pragma once

#if __has_include(<cxxabi.h>)
#define BACKSTOP_ITANIUM 1
#include <cxxabi.h>
#endif
