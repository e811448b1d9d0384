#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>
#include <memory>
#include <string>

namespace SIDE::extern_types {

struct Spans;

struct Hidden {
  std::int32_t number;
  std::string needs_a_destructor;
};

struct Span {
  std::int32_t from, to;
};

inline std::unique_ptr<Hidden> hidden(std::int32_t number) {
  mood::act();
  return std::make_unique<Hidden>(Hidden{number, "long enough to be on the heap"});
}

inline const std::int32_t &reveal(const Hidden &hidden) {
  mood::act();
  return hidden.number;
}

inline Span longer(Span left, Span right) {
  mood::act();
  return left.to - left.from > right.to - right.from ? left : right;
}

Spans halves(Span span);

} // namespace SIDE::extern_types
