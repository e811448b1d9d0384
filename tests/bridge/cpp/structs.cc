#include "structs.h"
#include "structs.rs.h" // what cxx generates

namespace SIDE::structs {

Card promoted(Card card) {
  mood::act();
  ++card.rank;
  return card;
}

const Card &higher(const Card &left, const Card &right) {
  mood::act();
  return left.rank < right.rank ? right : left;
}

void rename(Card &card, rust::Str name) {
  mood::act();
  card.name = rust::String(name.data(), name.size());
}

Hand deal(Card card) {
  mood::act();
  Hand hand;
  hand.numbers = {1, 2, 3, 4};
  hand.first = card;
  hand.others.push_back(std::move(card));
  hand.note = std::make_unique<std::string>("note");
  return hand;
}

std::size_t size(Hand hand) {
  mood::act();
  return 1 + hand.others.size();
}

bool is_aligned(const Aligned &aligned) {
  mood::act();
  return alignof(Aligned) == 64 && reinterpret_cast<std::uintptr_t>(&aligned) % 64 == 0;
}

bool equal(const Card &left, const Card &right) {
  mood::act();
  return left == right && !(left != right);
}

bool less(const Card &left, const Card &right) {
  mood::act();
  return left < right && left <= right && !(left > right) && !(left >= right);
}

std::uint8_t Card::get() const {
  mood::act();
  return rank;
}

std::uint8_t &Card::place() {
  mood::act();
  return rank;
}

Card Card::joker() {
  mood::act();
  return {15, "joker"};
}

} // namespace SIDE::structs
