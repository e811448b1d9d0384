#include "outside/src/parser.h"
#include "outside/src/lib.rs.h"
#include <stdexcept>

namespace outside {
namespace {

int *volatile nowhere = nullptr;

} // namespace

Document::Document(std::string text) : text_(std::move(text)) {}

rust::String Document::title() const { return text_.substr(0, text_.find('\n')); }

std::size_t Document::length() const { return text_.size(); }

std::unique_ptr<Document> parse(rust::Str text) {
  if (text.empty()) {
    throw std::invalid_argument("an empty text");
  }
  if (std::string(text) == "crash") {
    *static_cast<volatile int *>(nowhere) = 1;
  }
  return is_welcome(text) ? std::make_unique<Document>(std::string(text)) : nullptr;
}

} // namespace outside
