#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>

namespace SIDE::function_pointers {

inline void run(rust::Fn<void()> function) {
  mood::act();
  function();
}

inline std::int32_t apply(rust::Fn<std::int32_t(std::int32_t, std::int32_t)> function, std::int32_t left,
                          std::int32_t right) {
  mood::act();
  return (*function)(left, right);
}

inline rust::String transform(rust::Fn<rust::String(rust::Str)> function, rust::Str text) {
  mood::act();
  return function(text);
}

inline std::size_t consume(rust::Fn<std::size_t(rust::String)> function) {
  mood::act();
  return function("consumed");
}

inline void change(rust::Fn<void(rust::String &)> function, rust::String &text) {
  mood::act();
  function(text);
}

inline const rust::String &choose(rust::Fn<const rust::String &(const rust::String &, const rust::String &)> function,
                                  const rust::String &left, const rust::String &right) {
  mood::act();
  return function(left, right);
}

struct Context; // of Rust

inline void finish(rust::Fn<void(rust::Box<Context>, std::int32_t)> function, rust::Box<Context> context) {
  mood::act();
  function(std::move(context), 7);
}

inline std::uint8_t read(rust::Fn<std::uint8_t(const std::uint8_t *)> function) {
  mood::act();
  static const std::uint8_t byte = 9;
  return function(&byte);
}

} // namespace SIDE::function_pointers
