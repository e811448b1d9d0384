#pragma once

#include "side.h"
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace SIDE::exceptions {

class C {
public:
  std::size_t get_fail() { throw std::runtime_error("unimplemented"); }

  std::size_t set_succeed(std::size_t n) {
    number_ = n;
    return number_;
  }

private:
  std::size_t number_ = 0;
};

inline std::unique_ptr<C> c() { return std::make_unique<C>(); }

[[noreturn]] inline std::size_t fail() { throw std::logic_error("logic error"); }

inline void say(const std::string &text) { throw std::runtime_error(text); }

class NotStandard {};

[[noreturn]] inline void throw_not_standard() { throw NotStandard(); }

[[noreturn]] inline void throw_int() { throw 42; }

} // namespace SIDE::exceptions
