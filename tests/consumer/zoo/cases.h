// Faults, and what each must come back as.
#pragma once

#include "backstop/backstop.h"
#include <vector>

namespace zoo {

struct Case {
  const char *name;
  void (*function)();
  int signal;
  backstop_fault_kind kind;
};

// All of the zoo's that are recovered on this machine.
const std::vector<Case> &cases();

} // namespace zoo
