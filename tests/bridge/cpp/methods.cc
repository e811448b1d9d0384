#include "methods.h"
#include "methods.rs.h" // what cxx generates

namespace SIDE::methods {

std::int32_t Tally::shown() const {
  mood::act();
  return value();
}

void Tally::count() {
  mood::act();
  increase();
}

std::int32_t Tally::start() {
  mood::act();
  return 1;
}

} // namespace SIDE::methods
