#pragma once

#include "rust/cxx.h"
#include <cstdint>

namespace stress {

struct Callback;

void pass(const Callback &callback);
bool pass_without_result(const Callback &callback);
void rethrow(const Callback &callback);
void swallow(const Callback &callback);
void strike_after(const Callback &callback, std::uint64_t address);

} // namespace stress
