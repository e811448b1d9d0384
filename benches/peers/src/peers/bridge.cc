#include "bridge.h"
#include <cstdint>

namespace peers {
namespace {

void call(std::size_t victim) { reinterpret_cast<void (*)(void *)>(victim)(nullptr); }

} // namespace

void guarded(std::size_t victim) { call(victim); }
void jumped(std::size_t victim) { call(victim); }
void unguarded(std::size_t victim) { call(victim); }

} // namespace peers
