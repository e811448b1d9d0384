// A library with a copy of backstop of its own, under whose guards it faults.
#include "backstop/backstop.h"
#include <cstdint>

namespace {

void strike(void *address) { *static_cast<volatile char *>(address); }

} // namespace

// Faults at the address under its own guard. Whether it came back as that.
extern "C" __attribute__((visibility("default"))) int stress_guarded(std::uint64_t address) {
  static const backstop_site site = BACKSTOP_SITE("stress_guarded");
  backstop_error *error = backstop_call(&site, strike, reinterpret_cast<void *>(address));
  const backstop_fault *fault = error != nullptr ? backstop_error_fault(error) : nullptr;
  const bool is_right = fault != nullptr && fault->kind == BACKSTOP_FAULT_WILD_READ && fault->address == address;
  backstop_error_free(error);
  return is_right;
}

// The same, and then faults a byte further up, under its caller's guard.
extern "C" __attribute__((visibility("default"))) void stress_strike(std::uint64_t address) {
  strike(reinterpret_cast<void *>(address + (stress_guarded(address) ? 1 : 2)));
}
