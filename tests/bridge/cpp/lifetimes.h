#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <memory>

namespace SIDE::lifetimes {

struct Words; // borrows
struct Sink;  // of Rust, and borrows

// Borrows a text, and gives out pieces of it.
class Reader {
public:
  explicit Reader(rust::Str text) : text_(text) {}

  rust::Str peek() const {
    mood::act();
    return text_;
  }

  rust::Str take(std::size_t length) {
    mood::act();
    const rust::Str taken(text_.data(), length);
    text_ = rust::Str(text_.data() + length, text_.size() - length);
    return taken;
  }

  std::size_t left() const {
    mood::act();
    return text_.size();
  }

private:
  rust::Str text_;
};

inline std::unique_ptr<Reader> open(rust::Str text) {
  mood::act();
  return std::make_unique<Reader>(text);
}

inline const Reader &same(const Reader &reader) {
  mood::act();
  return reader;
}

Words split(rust::Str text, rust::Slice<const rust::Str> hints);
rust::Str text_of(const Words &words);
void fill(Sink &sink);

inline rust::Str pick(rust::Str left, rust::Str) {
  mood::act();
  return left;
}

inline std::uint8_t &first(rust::Slice<std::uint8_t> bytes) {
  mood::act();
  return bytes.front();
}

} // namespace SIDE::lifetimes
