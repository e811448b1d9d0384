#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>

namespace SIDE::names {

inline std::int32_t cxxStyle(std::int32_t number) {
  mood::act();
  return number + 1;
}

inline std::int32_t overloaded(std::int32_t) {
  mood::act();
  return 32;
}

inline std::int32_t overloaded(double) {
  mood::act();
  return 64;
}

inline std::int32_t from_cxx() {
  mood::act();
  return 3;
}

inline std::int32_t match(std::int32_t number) {
  mood::act();
  return number;
}

inline std::int32_t place() {
  mood::act();
  return 0;
}

namespace inner {

inline std::int32_t place() {
  mood::act();
  return 1;
}

class LongCxxName {
public:
  std::int32_t getNumber() const {
    mood::act();
    return 4;
  }

  static std::unique_ptr<LongCxxName> createNew() {
    mood::act();
    return std::make_unique<LongCxxName>();
  }
};

} // namespace inner

} // namespace SIDE::names

namespace SIDE::elsewhere {

inline std::int32_t place() {
  mood::act();
  return 2;
}

} // namespace SIDE::elsewhere
