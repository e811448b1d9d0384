#include "enums.h"
#include "enums.rs.h" // what cxx generates

namespace SIDE::enums {

static_assert(Suit::Spades == static_cast<Suit>(7), "discriminants are the same on both sides");

Suit next(Suit suit) {
  mood::act();
  return suit == Suit::Clubs ? Suit::Diamonds : Suit::Clubs;
}

const Suit &same(const Suit &suit) {
  mood::act();
  return suit;
}

void turn(Suit &suit, std::uint8_t number) {
  mood::act();
  suit = static_cast<Suit>(number);
}

Rights combined(Rights left, Rights right) {
  mood::act();
  return (left | right) & (left ^ right);
}

} // namespace SIDE::enums
