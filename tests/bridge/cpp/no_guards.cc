#include "no_guards.h"
#include "no_guards.rs.h" // what cxx generates

namespace SIDE::no_guards {

rust::String describe(const Shared &shared) { return decorate(shared.name); }

} // namespace SIDE::no_guards
