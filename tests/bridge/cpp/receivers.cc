#include "receivers.h"
#include "check.h"
#include "receivers.rs.h" // what cxx generates
#include <cstring>

namespace SIDE::receivers {

std::int32_t on_types_of_rust() {
  mood::act();
  rust::Box<Counter> counter = Counter::make(1);
  CHECK(counter->get() == 1);
  counter->add(2) += 1;
  CHECK(counter->get() == 4);
  CHECK(&counter->checked(5) == &counter->add(0));
  try {
    counter->checked(4);
    return __LINE__;
  } catch (const rust::Error &error) {
    CHECK(std::strcmp(error.what(), "4 is too much") == 0);
  }
  CHECK(Counter::parse("7")->get() == 7);
  try {
    Counter::parse("seven");
    return __LINE__;
  } catch (const rust::Error &error) {
    CHECK(std::strcmp(error.what(), "invalid digit found in string") == 0);
  }
  CHECK(counter->text("a text") == "a te");
  return 0;
}

std::int32_t on_types_that_borrow(View &view) {
  mood::act();
  CHECK(view.first() == 1);
  CHECK(view.all().size() == 2);
  view.skip();
  CHECK(view.first() == 2);
  CHECK(&same(view) == &view);
  CHECK(reborrow(view)->first() == 2);
  return 0;
}

std::int32_t on_shared_structs() {
  mood::act();
  Card card = Card::blank();
  CHECK(card.title() == "blank");
  card.rename("other");
  CHECK(card.title() == "other");
  return 0;
}

std::int32_t on_types_of_cxx() {
  mood::act();
  Widget widget(3);
  CHECK(widget.described() == "number 3");
  CHECK(widget.doubled() == 6 && widget.number() == 6);
  CHECK(Widget::upper_limit() == 100);
  return 0;
}

} // namespace SIDE::receivers
