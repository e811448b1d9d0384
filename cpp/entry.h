// How a call is entered and how a point is returned to. One implementation is linked.
#pragma once

#include "chain.h"

namespace backstop {
namespace runtime {

// Records where recovery goes in `point`, the next entry of the chain; publishes it and calls
// function(context). False: the function returned. True: return_to(point) came back here. Exceptions pass
// through.
bool enter(Point *point, void (*function)(void *), void *context);

// Goes back to the enter that recorded `point`. Legal in the signal handler.
[[noreturn]] void return_to(const Point *point) noexcept;

} // namespace runtime
} // namespace backstop
