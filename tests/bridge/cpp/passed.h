#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <memory>
#include <string>

namespace SIDE::passed {

struct Owned; // of Rust

class Thing {
public:
  explicit Thing(std::int32_t number) : number_(number) {}
  std::int32_t get() const { return number_; }

private:
  std::int32_t number_;
};

inline std::unique_ptr<std::string> empty_text() { return std::make_unique<std::string>(); }

// Each answers the line in which it found something wrong; 0 if none.
std::int32_t plain_values();
std::int32_t owned_values(rust::Box<Owned> owned);
std::int32_t values_of_cxx();
std::int32_t borrowed_values();
std::int32_t unsafe_functions();
std::int32_t names();
std::int32_t results();

} // namespace SIDE::passed
