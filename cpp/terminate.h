// std::terminate under a guard.
#pragma once

namespace backstop {
namespace runtime {

void take_over_terminate() noexcept;

} // namespace runtime
} // namespace backstop
