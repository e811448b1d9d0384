#include "backstop-stress/src/operations/exceptions.h"
#include "backstop-stress/src/operations/alive.h"
#include <exception>

namespace stress {

void throw_text(std::uint64_t token) {
  const Alive object;
  throw std::runtime_error(std::to_string(token));
}

void throw_marked(std::uint64_t token) {
  const Alive object;
  throw Marked(token);
}

void throw_nested(std::uint64_t outer, std::uint64_t inner) {
  try {
    throw_marked(inner);
  } catch (const Marked &) {
    std::throw_with_nested(std::logic_error(std::to_string(outer)));
  }
}

void throw_number(std::int32_t number) { throw number; }

} // namespace stress
