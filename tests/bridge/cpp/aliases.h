#pragma once

#include "instances.h"
#include "mood.h"
#include "pointers.h"
#include "side.h"
#include "vectors.rs.h"
#include <memory>

namespace SIDE::aliases {

using instances::Part;
using pointers::Widget;
using vectors::Item;

inline std::unique_ptr<Widget> doubled(std::unique_ptr<Widget> widget) {
  mood::act();
  widget->number *= 2;
  return widget;
}

inline Item named(Item item) {
  mood::act();
  item.name = "named";
  return item;
}

inline std::shared_ptr<Widget> shared(std::unique_ptr<Widget> widget) {
  mood::act();
  return std::shared_ptr<Widget>(std::move(widget));
}

inline std::unique_ptr<Part> part(std::int32_t number) {
  mood::act();
  return std::make_unique<Part>(Part{number});
}

inline std::shared_ptr<Part> shared_part(std::int32_t number) {
  mood::act();
  return std::make_shared<Part>(Part{number});
}

inline std::unique_ptr<std::vector<Part>> parts(std::int32_t end) {
  mood::act();
  auto parts = std::make_unique<std::vector<Part>>();
  for (std::int32_t number = 0; number < end; ++number) {
    parts->push_back(Part{number});
  }
  return parts;
}

} // namespace SIDE::aliases
