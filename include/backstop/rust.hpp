// What Rust throws into C++ in the bridges of backstop: errors that its functions return, and panics.
//
//   try {
//     callback.run();
//   } catch (const backstop::rust_error &error) { // or std::exception, or cxx's own rust::Error: it is caught as both
//     log(error.what());
//     throw; // out of a guard it gives Rust its error back
//   }
//
// That it is a rust::Error, which is a final class, is so for catch clauses only: dynamic_cast doesn't know of it, and
// -fsanitize=vptr complains of it.
//
// They own what Rust gave them. Copies share it; the last one to go drops it, on whichever thread that is.
#pragma once

#include "backstop/backstop.h"
#include <cstddef>
#include <cstring>
#include <exception>
#include <memory>
#include <utility>

namespace backstop {
namespace detail {

// Lies in memory as what cxx's rust::Error has, with more behind it: who caught that may move the text out.
class from_rust {
public:
  // Takes the text, a new char[] of this length and a NUL.
  from_rust(const char *text, std::size_t length, std::shared_ptr<backstop_carried> carried) noexcept
      : text_(text), length_(length), carried_(std::move(carried)) {}

  from_rust(const from_rust &other)
      : text_(copy(other.text_, other.length_)), length_(other.length_), carried_(other.carried_) {}

  from_rust(from_rust &&other) noexcept
      : text_(other.text_), length_(other.length_), carried_(std::move(other.carried_)) {
    other.text_ = nullptr;
    other.length_ = 0;
  }

  from_rust &operator=(from_rust other) noexcept {
    std::swap(text_, other.text_);
    std::swap(length_, other.length_);
    std::swap(carried_, other.carried_);
    return *this;
  }

  ~from_rust() { delete[] text_; }

  const char *text() const noexcept { return text_ != nullptr ? text_ : ""; }
  backstop_carried *carried() const noexcept { return carried_.get(); }

private:
  static const char *copy(const char *text, std::size_t length) {
    if (text == nullptr) {
      return nullptr;
    }
    char *copy = new char[length + 1];
    std::memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
  }

  const char *text_;
  std::size_t length_;
  std::shared_ptr<backstop_carried> carried_;
};

} // namespace detail

// An error that a Rust function returned. If it comes out of a guard, Rust finds the very error in its own again.
class rust_error final : public std::exception {
public:
  explicit rust_error(detail::from_rust from) noexcept : from_(std::move(from)) {}

  // The error's Display.
  const char *what() const noexcept override { return from_.text(); }

  const detail::from_rust &from() const noexcept { return from_; }

private:
  detail::from_rust from_;
};

// A panic of Rust that was called back under a guard, on its way to that. It is no std::exception, so that what handles
// errors doesn't take it for one; a catch (...) may end it.
class rust_panic final {
public:
  explicit rust_panic(detail::from_rust from) noexcept : from_(std::move(from)) {}

  // The panic's message.
  const char *what() const noexcept { return from_.text(); }

  const detail::from_rust &from() const noexcept { return from_; }

private:
  detail::from_rust from_;
};

} // namespace backstop
