#include "cfgs.h"
#include "cfgs.rs.h" // what cxx generates

namespace SIDE::cfgs {

Settings settings() {
  mood::act();
  Settings settings{};
  settings.number = 4;
  settings.level = Level::High;
  return settings;
}

} // namespace SIDE::cfgs
