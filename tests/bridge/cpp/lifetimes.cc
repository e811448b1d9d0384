#include "lifetimes.h"
#include "lifetimes.rs.h" // what cxx generates

namespace SIDE::lifetimes {

Words split(rust::Str text, rust::Slice<const rust::Str> hints) {
  mood::act();
  return {text, hints};
}

rust::Str text_of(const Words &words) {
  mood::act();
  return words.text;
}

void fill(Sink &sink) {
  mood::act();
  sink.push(7);
}

rust::Str Words::hint(std::size_t index) const {
  mood::act();
  return hints[index];
}

} // namespace SIDE::lifetimes
