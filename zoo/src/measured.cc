// Calls to be measured.
#include "backstop-zoo/src/measured.h"
#include "backstop-zoo/src/measured.rs.h"
#include "backstop-zoo/src/opaque.h"
#include "backstop-zoo/src/zoo.h"
#include <stdexcept>

// As unsigned numbers, whose sum is always defined.
extern "C" std::int32_t zoo_add(std::int32_t left, std::int32_t right) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(left) + static_cast<std::uint32_t>(right));
}

namespace zoo {

std::int32_t Cage::animals(std::int32_t more) const { return animals_ + more; }

std::unique_ptr<Cage> new_cage() { return std::make_unique<Cage>(); }

std::int32_t take_text(rust::Str text) { return static_cast<std::int32_t>(text.size()); }

std::int32_t take_slice(rust::Slice<const std::int32_t> numbers) { return numbers.empty() ? 0 : numbers[0]; }

std::unique_ptr<std::string> pass_pointer(std::unique_ptr<std::string> text) { return text; }

rust::String pass_string(rust::String text) { return text; }

std::uint64_t work(std::uint64_t rounds) {
  std::uint64_t value = rounds;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    value = opaque(value * 6364136223846793005 + 1442695040888963407);
  }
  return value;
}

std::int32_t call_idle(const Idle &idle) { return idle.answer(); }

std::int32_t call_nested(const Idle &idle, std::uint32_t depth) { return idle.nest(depth - 1); }

std::int32_t call_nested_unguarded(const Idle &idle, std::uint32_t depth) { return idle.nest_unguarded(depth - 1); }

void throw_from(std::uint32_t depth) {
  if (depth > 1) {
    throw_from(depth - 1);
    opaque(depth); // no tail call
  } else {
    throw std::runtime_error("from below");
  }
}

void fault_from(std::uint32_t depth) {
  if (depth > 1) {
    fault_from(depth - 1);
    opaque(depth);
  } else {
    null_write();
  }
}

} // namespace zoo
