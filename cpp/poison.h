// AddressSanitizer's, where the program has it.
#pragma once

extern "C" void __asan_handle_no_return() __attribute__((weak));

namespace backstop {
namespace runtime {

// Frames that are left without returning leave poisoned shadow behind, which other frames then lie on.
inline void forget_poison() noexcept {
  if (__asan_handle_no_return != nullptr) {
    __asan_handle_no_return();
  }
}

} // namespace runtime
} // namespace backstop
