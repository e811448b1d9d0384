#pragma once

#include <cstddef>

namespace peers {

// Each calls the victim at this address. Three names, for a bridge gives each function one guard.
void guarded(std::size_t victim);
void jumped(std::size_t victim);
void unguarded(std::size_t victim);

} // namespace peers
