#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace SIDE::vectors {

struct Item;

struct Opaque {
  std::int32_t number;
  std::int32_t value() const noexcept { return number; }
};

template <typename T> rust::Vec<T> reversed(rust::Vec<T> values) {
  mood::act();
  std::reverse(values.begin(), values.end());
  return values;
}

template <typename T> std::size_t count(const rust::Vec<T> &values) {
  mood::act();
  return values.size();
}

inline rust::Vec<std::int32_t> &push(rust::Vec<std::int32_t> &values, std::int32_t value) {
  mood::act();
  values.push_back(value);
  return values;
}

inline std::uint8_t at(const rust::Vec<std::uint8_t> &values, std::size_t index) {
  mood::act();
  return values.at(index);
}

template <typename T> std::unique_ptr<std::vector<T>> copied(rust::Slice<const T> values) {
  mood::act();
  return std::make_unique<std::vector<T>>(values.begin(), values.end());
}

inline std::unique_ptr<std::vector<std::string>> texts(rust::Slice<const rust::Str> values) {
  mood::act();
  auto texts = std::make_unique<std::vector<std::string>>();
  for (rust::Str value : values) {
    texts->emplace_back(value);
  }
  return texts;
}

inline std::unique_ptr<std::vector<Opaque>> opaques(std::int32_t end) {
  mood::act();
  auto opaques = std::make_unique<std::vector<Opaque>>();
  for (std::int32_t number = 0; number < end; ++number) {
    opaques->push_back(Opaque{number});
  }
  return opaques;
}

inline double sum(const std::vector<double> &values) {
  mood::act();
  double sum = 0;
  for (double value : values) {
    sum += value;
  }
  return sum;
}

inline std::vector<double> &scale(std::vector<double> &values, double factor) {
  mood::act();
  for (double &value : values) {
    value *= factor;
  }
  return values;
}

template <typename T> std::unique_ptr<std::vector<T>> pass(std::unique_ptr<std::vector<T>> values) {
  mood::act();
  return values;
}

} // namespace SIDE::vectors
