#pragma once

#include "rust/cxx.h"
#include <cstdint>
#include <stdexcept>
#include <string>

namespace stress {

class Marked : public std::runtime_error {
public:
  explicit Marked(std::uint64_t token) : std::runtime_error(std::to_string(token)), token_(token) {}
  std::uint64_t token() const { return token_; }

private:
  std::uint64_t token_;
};

void throw_text(std::uint64_t token);
void throw_marked(std::uint64_t token);
void throw_nested(std::uint64_t outer, std::uint64_t inner);
void throw_number(std::int32_t number);

} // namespace stress
