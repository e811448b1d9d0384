#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::no_guards {

struct Shared;

class Thing {
public:
  explicit Thing(std::int32_t number) : number_(number) {}

  std::int32_t get() const { return number_; }

  void set(std::int32_t number) {
    mood::act();
    number_ = number;
  }

private:
  std::int32_t number_;
};

inline std::unique_ptr<Thing> make(std::int32_t number) {
  mood::act();
  return std::make_unique<Thing>(number);
}

rust::String describe(const Shared &shared);

} // namespace SIDE::no_guards
