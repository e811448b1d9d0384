// One guarded call.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// Calls function(context) under a guard. Null: it returned. Otherwise what ended it, owned by the caller.
backstop_error *guard(const backstop_site *site, void (*function)(void *), void *context);

// As a guarded call of what may crash or throw, and of which nothing but that is asked. False if it did.
bool call_quietly(const backstop_site *site, void (*function)(void *), void *context);

// Keeps it for backstop_bridge_error.
void keep_for_rust(backstop_error *error) noexcept;

// Says on stderr that a thread is being cancelled under a call that Rust has made. That passes through guards, but
// nothing unwinds Rust: the caller's noexcept ends it, and so the process.
void say_cancelled(const backstop_site *site) noexcept;

} // namespace runtime
} // namespace backstop
