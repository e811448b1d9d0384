// Guards within guards: the innermost catches, and those around it go on.
#include "support.h"
#include <stdexcept>

TEST_SUITE_BEGIN("nesting");

namespace {

constexpr backstop_site inner = BACKSTOP_SITE("inner work");

const backstop_site *site_of(const Error &error) {
  return error != nullptr ? backstop_error_site(error.get()) : nullptr;
}

} // namespace

TEST_CASE("the innermost guard catches a fault") {
  Error caught;
  const Error outer = guarded([&] { caught = guarded(inner, fault); });
  CHECK(outer == nullptr);
  CHECK(site_of(caught) == &inner);
}

TEST_CASE("and the outer one what comes after it") {
  const Error outer = guarded([] {
    const Error caught = guarded(inner, fault);
    fault();
  });
  CHECK(site_of(outer) == &site);
  CHECK(is_fault(outer, BACKSTOP_FAULT_NULL_DEREFERENCE));
}

TEST_CASE("faults and exceptions, each within the other") {
  const Error thrown = guarded([] {
    const Error caught = guarded(inner, fault);
    throw std::runtime_error(backstop_error_message(caught.get()));
  });
  REQUIRE(thrown != nullptr);
  CHECK(text(backstop_error_what(thrown.get(), nullptr)).find("inner work: ") == 0);
  const Error faulted = guarded([] {
    const Error caught = guarded(inner, [] { throw 1; });
    write_to(nullptr);
  });
  CHECK(is_fault(faulted, BACKSTOP_FAULT_NULL_DEREFERENCE));
}

TEST_CASE("an exception thrown on goes to the next guard") {
  const Error outer = guarded([] {
    Error caught = guarded(inner, [] { throw std::out_of_range("too far"); });
    backstop_error_rethrow(caught.release());
  });
  REQUIRE(outer != nullptr);
  CHECK(site_of(outer) == &site);
  CHECK(text(backstop_error_type_name(outer.get())) == "std::out_of_range");
}

TEST_CASE("a fault in a catch block leaves no exception behind") {
  const Error error = guarded([] {
    try {
      throw 1;
    } catch (int) {
      fault();
    }
  });
  CHECK(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(std::current_exception() == nullptr);
  CHECK(std::uncaught_exceptions() == 0);
}

// L12, B29
TEST_CASE("a hundred deep, each with a fault of its own") {
  int faults = 0;
  struct Deeper {
    int &faults;
    void go(int depth) {
      const Error error = guarded([&] {
        if (depth > 0) {
          go(depth - 1);
        }
        fault();
      });
      faults += is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE);
    }
  };
  Deeper{faults}.go(99);
  CHECK(faults == 100);
}

TEST_SUITE_END();
