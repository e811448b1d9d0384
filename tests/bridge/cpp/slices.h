#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

namespace SIDE::slices {

struct Point;

inline std::int32_t sum(rust::Slice<const std::int32_t> numbers) {
  mood::act();
  return std::accumulate(numbers.begin(), numbers.end(), 0);
}

inline rust::Slice<const std::uint8_t> tail(rust::Slice<const std::uint8_t> bytes) {
  mood::act();
  return {bytes.data() + 1, bytes.size() - 1};
}

inline rust::Slice<std::int32_t> sort(rust::Slice<std::int32_t> numbers) {
  mood::act();
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

inline std::size_t characters(rust::Slice<const rust::String> texts) {
  mood::act();
  return std::accumulate(texts.begin(), texts.end(), std::size_t(0),
                         [](std::size_t sum, const rust::String &text) { return sum + text.size(); });
}

inline std::size_t borrowed_characters(rust::Slice<const rust::Str> texts) {
  mood::act();
  return std::accumulate(texts.begin(), texts.end(), std::size_t(0),
                         [](std::size_t sum, rust::Str text) { return sum + text.size(); });
}

std::int32_t rightmost(rust::Slice<const Point> points);
void mirror(rust::Slice<Point> points);

inline std::array<std::int32_t, 3> rotate(std::array<std::int32_t, 3> numbers) {
  mood::act();
  std::rotate(numbers.begin(), numbers.begin() + 1, numbers.end());
  return numbers;
}

inline const std::array<std::int32_t, 3> &same(const std::array<std::int32_t, 3> &numbers) {
  mood::act();
  return numbers;
}

inline void fill(std::array<rust::String, 2> &texts) {
  mood::act();
  texts.fill("filled");
}

} // namespace SIDE::slices
