// Exceptions that Rust translates.
#pragma once

#include "backstop/backstop.h"
#include "rust/cxx.h"
#include <cstdint>
#include <stdexcept>
#include <string>

namespace lib {

class ParseError : public std::runtime_error {
public:
  explicit ParseError(std::uint32_t line) : std::runtime_error("syntax error"), line_(line) {}
  std::uint32_t line() const { return line_; }

private:
  std::uint32_t line_;
};

class EndOfFile : public ParseError {
public:
  using ParseError::ParseError;
};

// No std::exception.
struct Code {
  std::int32_t value;
};
inline std::int32_t value_of(const Code &code) { return code.value; }

inline void parse(std::uint32_t line) { throw ParseError(line); }
inline void read(std::uint32_t line) { throw EndOfFile(line); }
inline void fail(std::int32_t value) { throw Code{value}; }
inline void complain() { throw std::logic_error("not translated"); }

} // namespace lib
