#include "grep/src/regex.h"

namespace grep {

Regex::Regex(rust::Str pattern, bool ignore_case)
    : regex_(pattern.data(), pattern.size(),
             ignore_case ? std::regex::ECMAScript | std::regex::icase : std::regex::ECMAScript) {}

bool Regex::matches(rust::Slice<const uint8_t> line) const {
  const char *text = reinterpret_cast<const char *>(line.data());
  return std::regex_search(text, text + line.size(), regex_);
}

std::unique_ptr<Regex> compile(rust::Str pattern, bool ignore_case) {
  return std::make_unique<Regex>(pattern, ignore_case);
}

} // namespace grep
