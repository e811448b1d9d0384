#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::enums {

enum class Suit : std::uint8_t;
enum class Rights : std::int16_t;

// Defined here, and declared to the bridge.
enum class Existing : std::uint32_t { Yes = 1, No = 70000 };

Suit next(Suit suit);
const Suit &same(const Suit &suit);
void turn(Suit &suit, std::uint8_t number);
Rights combined(Rights left, Rights right);

inline Existing opposite(Existing answer) {
  mood::act();
  return answer == Existing::Yes ? Existing::No : Existing::Yes;
}

} // namespace SIDE::enums
