// Every function here asks for its mood first, so that each can be made to throw, or to fault, in its turn.
#pragma once

#include <stdexcept>
#include <utility>

namespace mood {

enum class Mood { well, throwing, faulting };

extern thread_local Mood next; // of the next function called on this thread

extern volatile int *volatile nowhere;

inline void act() {
  switch (std::exchange(next, Mood::well)) {
  case Mood::throwing:
    throw std::runtime_error("out of sorts");
  case Mood::faulting:
    *nowhere = 1;
    break;
  case Mood::well:
    break;
  }
}

} // namespace mood
