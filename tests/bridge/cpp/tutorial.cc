#include "tutorial.h"
#include "tutorial.rs.h" // what cxx generates

namespace SIDE::tutorial {

std::uint64_t Store::keep(Parts &parts) {
  std::string bytes;
  for (rust::Slice<const std::uint8_t> part = parts.next(); !part.empty(); part = parts.next()) {
    bytes.append(part.begin(), part.end());
    mood::act(); // with something to clean up
  }
  const std::uint64_t number = kept_.size();
  kept_[number].bytes = std::move(bytes);
  return number;
}

void Store::label(std::uint64_t number, rust::Str label) {
  mood::act();
  at(number);
  kept_[number].labels.insert(std::string(label));
}

Description Store::describe(std::uint64_t number) const {
  mood::act();
  const Kept &kept = at(number);
  Description description{kept.bytes.size(), {}};
  for (const std::string &label : kept.labels) {
    description.labels.push_back(label);
  }
  return description;
}

const Store::Kept &Store::at(std::uint64_t number) const {
  const auto found = kept_.find(number);
  if (found == kept_.end()) {
    throw std::out_of_range("nothing is kept as number " + std::to_string(number));
  }
  return found->second;
}

std::unique_ptr<Store> open_store() {
  mood::act();
  return std::make_unique<Store>();
}

} // namespace SIDE::tutorial
