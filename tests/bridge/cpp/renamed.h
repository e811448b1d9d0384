#pragma once

#include "mood.h"
#include "side.h"
#include <cstdint>

namespace SIDE::renamed {

namespace inner {
struct Spot;
}

enum class Colour : std::uint8_t;
struct Register; // of Rust

Colour mixed(Colour colour);
inner::Spot moved(inner::Spot spot, std::int32_t by);
std::int32_t number_of(const Register &record);

} // namespace SIDE::renamed
