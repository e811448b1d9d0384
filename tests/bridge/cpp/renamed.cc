#include "renamed.h"
#include "renamed.rs.h" // what cxx generates

namespace SIDE::renamed {

Colour mixed(Colour colour) {
  mood::act();
  return colour == Colour::Rouge ? Colour::Green : Colour::Rouge;
}

inner::Spot moved(inner::Spot spot, std::int32_t by) {
  mood::act();
  spot.xPosition += by;
  return spot;
}

bool inner::Spot::is_far() const {
  mood::act();
  return xPosition > 10;
}

std::int32_t number_of(const Register &record) {
  mood::act();
  return record.readNumber();
}

} // namespace SIDE::renamed
