#pragma once

#include "mood.h"
#include "rust/cxx.h"
#include "side.h"
#include <cstdint>
#include <memory>
#include <string>

namespace SIDE::pointers {

struct Owned; // by Rust
struct Shared;

struct Widget {
  std::int32_t number;
  std::int32_t value() const noexcept { return number; }
};

inline rust::Box<Owned> pass_box(rust::Box<Owned> owned) {
  mood::act();
  return owned;
}

inline const Owned &owned(const rust::Box<Owned> &owned) {
  mood::act();
  return *owned;
}

inline rust::Vec<rust::Box<Owned>> pass_boxes(rust::Vec<rust::Box<Owned>> owned) {
  mood::act();
  return owned;
}

inline std::unique_ptr<Widget> make(std::int32_t number) {
  mood::act();
  return std::make_unique<Widget>(Widget{number});
}

inline std::unique_ptr<Widget> none() {
  mood::act();
  return nullptr;
}

inline std::unique_ptr<Widget> pass(std::unique_ptr<Widget> widget) {
  mood::act();
  return widget;
}

inline const Widget &borrow(const std::unique_ptr<Widget> &widget) {
  mood::act();
  return *widget;
}

std::unique_ptr<Shared> unique_shared(std::int32_t number);

inline std::shared_ptr<Widget> share(std::unique_ptr<Widget> widget) {
  mood::act();
  return std::shared_ptr<Widget>(std::move(widget));
}

inline std::shared_ptr<std::int32_t> shared_number(std::int32_t number) {
  mood::act();
  return std::make_shared<std::int32_t>(number);
}

inline std::shared_ptr<std::string> shared_text(rust::Str text) {
  mood::act();
  return std::make_shared<std::string>(text);
}

inline bool is_gone(std::weak_ptr<std::string> text) {
  mood::act();
  return text.expired();
}

inline std::size_t owners(std::shared_ptr<Widget> widget) {
  mood::act();
  return static_cast<std::size_t>(widget.use_count()) - 1;
}

inline std::weak_ptr<Widget> watch(const std::shared_ptr<Widget> &widget) {
  mood::act();
  return widget;
}

inline bool is_gone(std::weak_ptr<Widget> widget) {
  mood::act();
  return widget.expired();
}

inline const Widget *pointer_to(const Widget &widget) {
  mood::act();
  return &widget;
}

inline std::int32_t read(const Widget *widget) {
  mood::act();
  return widget->number;
}

inline std::uint8_t *advance(std::uint8_t *bytes, std::size_t by) {
  mood::act();
  return bytes + by;
}

} // namespace SIDE::pointers
