#include "backstop-stress/src/operations/layers.h"
#include "backstop-stress/src/operations/alive.h"
#include "backstop-stress/src/operations/layers.rs.h"

namespace stress {

void pass(const Callback &callback) {
  const Alive object;
  callback.run();
}

bool pass_without_result(const Callback &callback) {
  const Alive object;
  return callback.run_without_result();
}

void rethrow(const Callback &callback) {
  try {
    const Alive object;
    callback.run();
  } catch (...) {
    const Alive object;
    throw;
  }
}

void swallow(const Callback &callback) {
  try {
    const Alive object;
    callback.run();
  } catch (...) { // is what this is for
  }
}

void strike_after(const Callback &callback, std::uint64_t address) {
  const Alive object;
  callback.run();
  opaque(*reinterpret_cast<volatile char *>(address));
}

} // namespace stress
