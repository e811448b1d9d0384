#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>

namespace SIDE::structs {

struct Card;
struct Hand;
struct Aligned;

// Defined here, and declared to the bridge.
struct Existing {
  std::int32_t number;

  std::int32_t get() const {
    mood::act();
    return number;
  }

  std::int32_t &set(std::int32_t value) {
    mood::act();
    return number = value;
  }
};

Card promoted(Card card);
const Card &higher(const Card &left, const Card &right);
void rename(Card &card, rust::Str name);
Hand deal(Card card);
std::size_t size(Hand hand);
bool is_aligned(const Aligned &aligned);
bool equal(const Card &left, const Card &right);
bool less(const Card &left, const Card &right);

inline Existing existing(std::int32_t number) {
  mood::act();
  return {number};
}

} // namespace SIDE::structs
