#pragma once

#include "rust/cxx.h"
#include <cstdint>

// C++ that calls back, and C++ that guards itself. What each function does is told in callbacks.rs.
namespace zoo {

struct Callback;
struct Farewell;
struct Labelled;

std::int32_t call_back(const Callback &callback);
void call_back_fallible(const Callback &callback);
rust::String catch_callback_error(const Callback &callback);
std::int32_t call_function(rust::Fn<std::int32_t(std::int32_t)> function, std::int32_t argument);
std::int32_t drop_farewell(rust::Box<Farewell> farewell);
bool compare(const Labelled &left, const Labelled &right);
std::int32_t crash_after(const Callback &callback);

void on_cpp_thread(const Callback &callback);

rust::String guard_inside();
void crash_after_guard_inside();
rust::String guard_on_cpp_thread();

} // namespace zoo
