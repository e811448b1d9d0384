#include "thirds/src/third.h"
#include <stdexcept>

std::int32_t third(rust::Slice<const std::int32_t> numbers) {
  if (numbers.empty()) {
    throw std::invalid_argument("no numbers");
  }
  const volatile std::int32_t *wrong = numbers.size() < 3 ? nullptr : &numbers[2];
  return *wrong;
}
