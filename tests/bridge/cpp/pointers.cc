#include "pointers.h"
#include "pointers.rs.h" // what cxx generates

namespace SIDE::pointers {

std::unique_ptr<Shared> unique_shared(std::int32_t number) {
  mood::act();
  return std::make_unique<Shared>(Shared{number});
}

} // namespace SIDE::pointers
