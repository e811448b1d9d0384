#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>

// A Rust method that cannot return an error is noexcept with cxx. With backstop it is not, for it may panic.
#ifndef RUST_METHOD
#define RUST_METHOD
#endif

namespace SIDE::receivers {

struct View; // of Rust

// Has methods that are written in Rust.
class Widget {
public:
  explicit Widget(std::int32_t number) : number_(number) {}
  std::int32_t number() const { return number_; }
  void set(std::int32_t number) { number_ = number; }
  rust::String described() const RUST_METHOD;
  std::int32_t doubled() RUST_METHOD;
  static std::int32_t upper_limit() RUST_METHOD;

private:
  std::int32_t number_;
};

// Each answers the line in which it found something wrong; 0 if none.
std::int32_t on_types_of_rust();
std::int32_t on_types_that_borrow(View &view);
std::int32_t on_shared_structs();
std::int32_t on_types_of_cxx();

} // namespace SIDE::receivers
