#include "rust_functions.h"
#include "rust_functions.rs.h" // what cxx generates
#include <array>
#include <numeric>
#include <vector>

// Each acts when there is something to clean up.
namespace SIDE::rust_functions {

std::int32_t call_by_name(std::int32_t number) {
  mood::act();
  const auto product = static_cast<std::int32_t>(of_arguments("four", "fives"));
  return nameInCxx(number) + inner::in_a_namespace() + from_elsewhere() + product;
}

bool call_methods(Tape &tape, const Ruler &ruler) {
  mood::act();
  tape.record("recorded");
  return ruler.fits(tape.longer("short"));
}

std::unique_ptr<std::string> call_with_text(rust::Slice<const std::uint8_t> bytes) {
  auto text = std::make_unique<std::string>("= ");
  mood::act();
  append(bytes, *text);
  return text;
}

rust::String call_with_texts() {
  const std::vector<std::string> texts = {"one", ", ", "two"};
  mood::act();
  return joined(texts);
}

std::int32_t call_with_slice() {
  mood::act();
  std::array<std::int32_t, 3> numbers = {1, 2, 3};
  const rust::Slice<std::int32_t> same = doubled({numbers.data(), numbers.size()});
  return std::accumulate(same.begin(), same.end(), 0);
}

std::int32_t call_with_owned() {
  const std::unique_ptr<std::string> text = pass_text(std::make_unique<std::string>("text"));
  const std::shared_ptr<std::int32_t> number = std::make_shared<std::int32_t>(1);
  const std::shared_ptr<std::int32_t> same = pass_number(number);
  mood::act();
  return static_cast<std::int32_t>(text->size()) + *same + static_cast<std::int32_t>(same.use_count());
}

rust::Vec<Point> call_with_points() {
  rust::Vec<Point> points;
  points.push_back(Point{5, "long enough to be on the heap"});
  points.push_back(origin());
  mood::act();
  return reversed(std::move(points));
}

} // namespace SIDE::rust_functions
