#pragma once

#include "rust/cxx.h"
#include <cstdint>
#include <memory>
#include <string>

// Calls that do next to nothing, or just so much. What each is for is told in measured.rs.
namespace zoo {

struct Idle;

class Cage {
public:
  std::int32_t animals(std::int32_t more) const;

private:
  std::int32_t animals_ = 1;
};

std::unique_ptr<Cage> new_cage();
std::int32_t take_text(rust::Str text);
std::int32_t take_slice(rust::Slice<const std::int32_t> numbers);
std::unique_ptr<std::string> pass_pointer(std::unique_ptr<std::string> text);
rust::String pass_string(rust::String text);
std::uint64_t work(std::uint64_t rounds);
std::int32_t call_idle(const Idle &idle);
std::int32_t call_nested(const Idle &idle, std::uint32_t depth);
std::int32_t call_nested_unguarded(const Idle &idle, std::uint32_t depth);
void throw_from(std::uint32_t depth);
void fault_from(std::uint32_t depth);

} // namespace zoo
