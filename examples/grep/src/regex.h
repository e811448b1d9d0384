#pragma once

#include "rust/cxx.h"
#include <memory>
#include <regex>

namespace grep {

class Regex {
public:
  // Throws std::regex_error.
  Regex(rust::Str pattern, bool ignore_case);

  // Recurses once or more per byte: a long line overflows the stack.
  bool matches(rust::Slice<const uint8_t> line) const;

private:
  std::regex regex_;
};

std::unique_ptr<Regex> compile(rust::Str pattern, bool ignore_case);

} // namespace grep
