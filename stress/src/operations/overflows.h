#pragma once

#include <cstdint>

namespace stress {

void recurse();
void recurse_allocating();

} // namespace stress
