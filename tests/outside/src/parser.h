#pragma once

#include "rust/cxx.h"
#include <memory>
#include <string>

namespace outside {

class Document {
public:
  explicit Document(std::string text);
  rust::String title() const;
  std::size_t length() const;

private:
  std::string text_;
};

// Throws at an empty text, and crashes at the text "crash".
std::unique_ptr<Document> parse(rust::Str text);

} // namespace outside
