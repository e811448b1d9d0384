#include "callbacks.h"
#include "callbacks.rs.h" // what cxx generates
#include "of_cxx.rs.h"
#include <cstring>

namespace SIDE::callbacks {

std::int32_t call(std::int32_t number) {
  mood::act();
  return plus_one(number) + 1;
}

rust::String call_with_text(rust::Str text) {
  mood::act();
  return upper_case(text);
}

std::int32_t call_fallible() {
  mood::act();
  return checked(2020);
}

bool catch_failure() {
  mood::act();
  try {
    checked(-1);
  } catch (const rust::Error &error) {
    return std::strcmp(error.what(), "rust error") == 0;
  }
  return false;
}

void pass_failure() {
  mood::act();
  checked(-1);
}

void call_explode() { explode(); }

void call_crash() { crash(); }

void call_crash_of_cxx() { of_cxx::crash(); }

void write(Log &log, rust::Str line) {
  mood::act();
  log.write(line);
}

std::size_t count(const Log &log) {
  mood::act();
  return log.count();
}

rust::Box<Log> create() {
  mood::act();
  rust::Box<Log> log = Log::create();
  log->write("created");
  return log;
}

std::size_t consume(rust::Box<Log> log) {
  mood::act();
  return log->count();
}

std::size_t total(rust::Vec<Log> logs) {
  mood::act();
  std::size_t total = 0;
  for (const Log &log : logs) {
    total += log.count();
  }
  return total;
}

} // namespace SIDE::callbacks
