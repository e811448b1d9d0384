// A library that faults, and leaves it to its caller to be guarded.
#include <cstdint>

namespace {

volatile int destroyed;

struct Object {
  ~Object() { destroyed = destroyed + 1; }
};

} // namespace

extern "C" void stress_strike(std::uint64_t address) {
  const Object object;
  *reinterpret_cast<volatile char *>(address);
}
