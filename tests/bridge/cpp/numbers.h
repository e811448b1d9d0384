#pragma once

#include "mood.h"
#include "side.h"

namespace SIDE::numbers {

template <typename T> T same(T value) {
  mood::act();
  return value;
}

template <typename T> T &same_place(T &place) {
  mood::act();
  return place;
}

inline void nothing() { mood::act(); }

} // namespace SIDE::numbers
