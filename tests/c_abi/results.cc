// backstop::call: what comes of functions of every kind, and that nothing is there of those that fault.
#include "backstop/backstop.hpp"
#include "check.h"
#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace {

constexpr backstop_site unwinding = BACKSTOP_SITE("unwinding");
constexpr backstop_site jumping = {"jumping", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};

using backstop::call;

struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How many there are.
struct Counted {
  static inline volatile int alive; // for the compiler sees no fault
  int number;
  explicit Counted(int number) : number(number) { alive = alive + 1; }
  Counted(Counted &&other) noexcept : number(other.number) { alive = alive + 1; }
  ~Counted() { alive = alive - 1; }
};

struct Immovable {
  explicit Immovable(int number) : number(number) {}
  Immovable(const Immovable &) = delete;
  int number;
};

// What claims to be made of anything, as std::any does.
struct Greedy {
  int number = 0;
  Greedy() = default;
  Greedy(const Greedy &) = default;
  template <typename Other> explicit Greedy(Other &&) : number(-1) {}
};

void check_values() {
  auto text = call(unwinding, [] { return std::string("a text that is too long to lie in the object itself"); });
  static_assert(std::is_same_v<decltype(text), backstop::result<std::string>>);
  CHECK(text && text->size() > 40 && (*text)[0] == 'a' && text.error() == nullptr);
  CHECK(std::move(text).value().substr(0, 6) == "a text");

  auto owned = call(unwinding, [] { return std::make_unique<int>(7); });
  const std::unique_ptr<int> number = *std::move(owned);
  CHECK(number != nullptr && *number == 7);

  const auto immovable = call(unwinding, [] { return Immovable(8); });
  CHECK(immovable && immovable->number == 8);

  auto constant = call(unwinding, []() -> const std::string { return "constant"; });
  CHECK(constant.value() == "constant");

  const auto greedy = call(unwinding, [] {
    Greedy made;
    made.number = 9;
    return made;
  });
  CHECK(greedy->number == 9);
  CHECK(*call(unwinding, [] { return 5; }) == 5);
}

void check_references() {
  int number = 1;
  auto reference = call(unwinding, [&]() -> int & { return number; });
  static_assert(std::is_same_v<decltype(*reference), int &>);
  *reference = 2;
  CHECK(reference.value() == 2 && number == 2);
  int other = 3;
  CHECK(&call(jumping, []() -> int & { return *check_nowhere = 1, *check_nowhere; }).value_or(other) == &other);
  const auto constant = call(unwinding, [&]() -> const int & { return number; });
  CHECK(&*constant == &number);
}

void check_void() {
  int calls = 0;
  auto result = call(unwinding, [&] { ++calls; });
  CHECK(result && calls == 1 && result.error() == nullptr);
  result.value();
  CHECK(!call(unwinding, [] { check_null_write(nullptr); }));
}

void check_value_or() {
  const auto failed = call(unwinding, []() -> int { throw failure("no number"); });
  CHECK(failed.value_or(3) == 3);
  CHECK(call(unwinding, [] { return 4; }).value_or(3) == 4);
  CHECK(*call(unwinding, [] { return std::make_unique<int>(5); }).value_or(nullptr) == 5);
  CHECK(call(unwinding, []() -> std::unique_ptr<int> { throw 1; }).value_or(nullptr) == nullptr);
}

// The original exception, by its type; of anything else the message.
void check_rethrow() {
  try {
    static_cast<void>(call(unwinding, []() -> int { throw failure("the original"); }).value());
    CHECK(false); // not reached
  } catch (const failure &original) {
    CHECK(std::string(original.what()) == "the original");
  }
  auto faulted = call(unwinding, []() -> int { return *const_cast<volatile int *>(check_nowhere); });
  try {
    faulted.rethrow();
  } catch (const std::runtime_error &fault) {
    CHECK(std::string(fault.what()).find("null") != std::string::npos);
  }
  CHECK(!faulted && faulted.error() == nullptr);
}

// The value is made only where the function returns, and destroyed once.
void check_lifetime() {
  for (const backstop_site *site : {&unwinding, &jumping}) {
    {
      auto made = call(*site, [] { return Counted(1); });
      CHECK(Counted::alive == 1);
      auto moved = std::move(made);
      CHECK(moved && Counted::alive == 2 && moved->number == 1);
    }
    CHECK(Counted::alive == 0);
    {
      const auto failed = call(*site, []() -> Counted {
        check_null_write(nullptr);
        return Counted(2);
      });
      CHECK(!failed && Counted::alive == 0);
    }
    CHECK(Counted::alive == 0);
  }
}

void check_error_moves() {
  backstop::error error = call(unwinding, []() -> std::array<char, 4000> { throw failure("large"); }).error();
  CHECK(error != nullptr && std::string(backstop_error_what(error.get(), nullptr)) == "large");
}

void check_site() {
  const auto failed = call(BACKSTOP_HERE("here"), [] { check_null_write(nullptr); });
  const backstop_site *site = backstop_error_site(failed.error().get());
  CHECK(std::string(site->name) == "here" && site->line == __LINE__ - 2 && std::string(site->file) == __FILE__);
}

} // namespace

int main() {
  check_values();
  check_references();
  check_void();
  check_value_or();
  check_rethrow();
  check_lifetime();
  check_error_moves();
  check_site();
}
