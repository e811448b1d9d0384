#pragma once
#include "rust/cxx.h"

namespace service {

// Runs a script, and answers what it returns, as JSON. Throws std::runtime_error with what Lua says if the script
// fails.
rust::String run(rust::Slice<const uint8_t> script);

// Has all threads' interpreters built anew before they are used again, and tries one. Throws if that doesn't work.
void start_anew();

} // namespace service
