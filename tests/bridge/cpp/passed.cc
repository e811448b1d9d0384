#include "passed.h"
#include "check.h"
#include "passed.rs.h" // what cxx generates
#include <cstring>
#include <vector>

namespace SIDE::passed {

std::int32_t plain_values() {
  mood::act();
  CHECK(number(1, true, 3, 0.5) == 5.5);
  CHECK(pair({1, 2}).left == 2);
  CHECK(mark(Mark::Low) == Mark::High);
  CHECK(array({1, 2, 3})[2] == 6);
  return 0;
}

std::int32_t owned_values(rust::Box<Owned> owned) {
  mood::act();
  rust::Box<Owned> other = boxed(std::move(owned));
  CHECK(value(*other) == 2);
  place(*other) = 9;
  CHECK(value(*other) == 9);
  rust::Vec<rust::String> both = texts({"left", "right"});
  CHECK(both.size() == 2 && both[0] == "right");
  CHECK(pairs({{1, 2}, {3, 4}})[1].left == 4);
  rust::Vec<std::uint8_t> numbers;
  rust::String text = "four";
  push(numbers, text);
  CHECK(numbers[0] == 4 && text == "four!");
  return 0;
}

std::int32_t values_of_cxx() {
  mood::act();
  CHECK(unique(std::make_unique<Thing>(5))->get() == 5);
  auto thing = std::make_shared<Thing>(6);
  CHECK(shared(thing) == thing);
  CHECK(thing.use_count() == 1);
  CHECK(&pinned(*thing) == thing.get());
  CHECK(*of_cxx("text", {1, 2}) == "text12");
  return 0;
}

std::int32_t borrowed_values() {
  mood::act();
  Pair left{1, 2};
  CHECK(&higher(left, {3, 4}) == &left);
  change(left);
  CHECK(left.left == 2);
  const std::uint8_t bytes[] = {1, 2, 3};
  rust::Slice<const std::uint8_t> slice(bytes, 3);
  CHECK(tail(slice).data() == bytes + 1 && tail(slice).size() == 2);
  CHECK(rest("text") == "ext");
  std::int32_t numbers[] = {3, 1, 2};
  CHECK(sort({numbers, 3}).data() == numbers && numbers[0] == 1);
  CHECK(lefts({&left, 1}) == 2);
  return 0;
}

std::int32_t unsafe_functions() {
  mood::act();
  const std::int32_t numbers[] = {1, 2};
  CHECK(next(numbers) == numbers + 1);
  CHECK(first("left", "right") == "left");
  CHECK(safe(nullptr));
  return 0;
}

std::int32_t names() {
  mood::act();
  CHECK(describe({1, 2}, 3, "kind") == "1 kind");
  CHECK(otherName() == 7);
  return 0;
}

template <typename Function> static bool fails(Function function, const char *text) {
  try {
    function();
  } catch (const rust::Error &error) {
    return std::strcmp(error.what(), text) == 0;
  }
  return false;
}

std::int32_t results() {
  mood::act();
  CHECK(boxed_error(1) == 1);
  CHECK(fails([] { boxed_error(-1); }, "it is negative"));
  any_error(1);
  CHECK(fails([] { any_error(-1); }, "it is negative"));
  CHECK(borrowing("text") == "ext");
  CHECK(fails([] { borrowing(""); }, "it is empty"));
  CHECK(value(*fallible_box(3)) == 3);
  CHECK(fails([] { fallible_box(-1); }, "out of range integral type conversion attempted"));
  CHECK(fallible_pairs(2).size() == 2);
  return 0;
}

} // namespace SIDE::passed
