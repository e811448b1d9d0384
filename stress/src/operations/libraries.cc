#include "backstop-stress/src/operations/libraries.h"
#include "backstop-stress/src/operations/alive.h"

namespace stress {

void call_loaded(std::size_t function, std::uint64_t address) {
  const Alive object;
  reinterpret_cast<void (*)(std::uint64_t)>(function)(address);
  opaque(&object);
}

} // namespace stress
