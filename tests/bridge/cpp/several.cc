#include "several.h"
#include "several.rs.h" // what cxx generates

namespace SIDE::several {

std::int32_t of_parent() {
  mood::act();
  return four();
}

} // namespace SIDE::several
