#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <memory>
#include <string>

namespace SIDE::strings {

inline std::size_t length(rust::Str text) {
  mood::act();
  return text.size();
}

inline rust::Str first_word(rust::Str text) {
  mood::act();
  const std::string all(text);
  return rust::Str(text.data(), std::min(all.find(' '), all.size()));
}

inline rust::String twice(rust::String text) {
  mood::act();
  return std::string(text) + std::string(text);
}

inline const rust::String &longer(const rust::String &left, const rust::String &right) {
  mood::act();
  return left.size() >= right.size() ? left : right;
}

inline void append(rust::String &text, rust::Str more) {
  mood::act();
  text = std::string(text) + std::string(more);
}

inline std::unique_ptr<std::string> make(rust::Str text) {
  mood::act();
  return std::make_unique<std::string>(text);
}

inline std::unique_ptr<std::string> pass(std::unique_ptr<std::string> text) {
  mood::act();
  return text;
}

inline std::size_t bytes(const std::string &text) {
  mood::act();
  return text.size();
}

inline std::string &extend(std::string &text, rust::Str more) {
  mood::act();
  return text += std::string(more);
}

} // namespace SIDE::strings
