#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>

namespace SIDE::callbacks {

struct Log; // of Rust

std::int32_t call(std::int32_t number);
rust::String call_with_text(rust::Str text);
std::int32_t call_fallible();
bool catch_failure();
void pass_failure();
void call_explode();
void call_crash();
void call_crash_of_cxx();
void write(Log &log, rust::Str line);
std::size_t count(const Log &log);
rust::Box<Log> create();
std::size_t consume(rust::Box<Log> log);
std::size_t total(rust::Vec<Log> logs);

} // namespace SIDE::callbacks
