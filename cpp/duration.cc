#include "duration.h"

namespace backstop {
namespace runtime {

std::string duration_text(uint64_t nanoseconds) {
  static const struct {
    uint64_t nanoseconds;
    const char *name;
  } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}, {1, "ns"}};
  const auto *unit = units;
  while (unit->nanoseconds > 1 && nanoseconds < unit->nanoseconds) {
    ++unit;
  }
  const uint64_t whole = nanoseconds / unit->nanoseconds;
  const unsigned tenth = static_cast<unsigned>(nanoseconds % unit->nanoseconds * 10 / unit->nanoseconds);
  const std::string fraction = tenth > 0 && whole < 100 ? "." + std::to_string(tenth) : "";
  return std::to_string(whole) + fraction + " " + unit->name;
}

} // namespace runtime
} // namespace backstop
