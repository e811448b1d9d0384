// What an error tells of the exception that it was. (tests/c_abi/exceptions.c has what C sees of the simplest.)
#include "support.h"
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

TEST_SUITE_BEGIN("exceptions");

namespace {

struct Refused : std::out_of_range {
  using std::out_of_range::out_of_range;
};

struct Left {
  virtual ~Left() = default;
};
struct Right {
  virtual ~Right() = default;
};
struct Both : Left, Right {};

struct Plain {
  int value;
};

template <typename Thrown> Error thrown(const Thrown &exception) {
  return guarded([&] { throw exception; });
}

std::string type_of(const backstop_error *error) { return text(backstop_error_type_name(error)); }
std::string what_of(const backstop_error *error) { return text(backstop_error_what(error, nullptr)); }

} // namespace

TEST_CASE("kind, type and what") {
  const Error error = thrown(Refused("too far"));
  CHECK(backstop_error_kind(error.get()) == BACKSTOP_EXCEPTION);
  CHECK(backstop_error_site(error.get()) == &site);
  CHECK(type_of(error.get()) == "(anonymous namespace)::Refused");
  CHECK(what_of(error.get()) == "too far");
  CHECK(text(backstop_error_standard(error.get())) == "std::out_of_range");
  CHECK(text(backstop_error_message(error.get())) == "work: (anonymous namespace)::Refused: too far");
  CHECK(backstop_error_fault(error.get()) == nullptr);
  CHECK(backstop_error_recovery(error.get()) == nullptr);
  CHECK(backstop_error_refusal(error.get()) == nullptr);
  CHECK(backstop_error_nested(error.get()) == nullptr);
}

TEST_CASE("those that are no std::exception") {
  const Error number = thrown(42), plain = thrown(Plain{7}), words = thrown(std::string("in words"));
  CHECK(type_of(number.get()) == "int");
  CHECK(what_of(number.get()) == "(null)");
  CHECK(backstop_error_standard(number.get()) == nullptr);
  CHECK(type_of(plain.get()) == "(anonymous namespace)::Plain");
  CHECK(what_of(words.get()) == "in words");
}

TEST_CASE("what a catch clause would have caught it as") {
  const Error error = thrown(Refused("too far"));
  for (const char *type : {"std::out_of_range", "std::logic_error", "std::exception"}) {
    CAPTURE(text(type));
    CHECK(backstop_error_is_a(error.get(), type));
  }
  CHECK(!backstop_error_is_a(error.get(), "std::runtime_error"));
  const Error both = thrown(Both());
  CHECK(backstop_error_is_a(both.get(), "(anonymous namespace)::Right"));
  CHECK(!backstop_error_is_a(both.get(), "std::exception"));
}

TEST_CASE("nested ones, from the outermost inwards") {
  const Error error = guarded([] {
    try {
      try {
        throw std::runtime_error("no such file");
      } catch (...) {
        std::throw_with_nested(std::runtime_error("no settings"));
      }
    } catch (...) {
      std::throw_with_nested(std::logic_error("no start"));
    }
  });
  CHECK(what_of(error.get()) == "no start");
  const backstop_error *inner = backstop_error_nested(error.get());
  REQUIRE(inner != nullptr);
  CHECK(what_of(inner) == "no settings");
  const backstop_error *innermost = backstop_error_nested(inner);
  REQUIRE(innermost != nullptr);
  CHECK(what_of(innermost) == "no such file");
  CHECK(type_of(innermost) == "std::runtime_error");
  CHECK(backstop_error_nested(innermost) == nullptr);
}

TEST_CASE("codes and paths") {
  int32_t value = 0;
  const auto code = std::make_error_code(std::errc::no_such_file_or_directory);
  const Error system = thrown(std::system_error(code, "opening"));
  CHECK(text(backstop_error_code(system.get(), &value)) == "generic");
  CHECK(value == ENOENT);

  value = 0;
  const Error bare = thrown(code);
  CHECK(text(backstop_error_code(bare.get(), &value)) == "generic");
  CHECK(value == ENOENT);

  const Error file = thrown(std::filesystem::filesystem_error("copying", "/from", "/to", code));
  CHECK(text(backstop_error_path(file.get(), 0)) == "/from");
  CHECK(text(backstop_error_path(file.get(), 1)) == "/to");
  CHECK(backstop_error_path(file.get(), 2) == nullptr);

  const Error none = thrown(std::logic_error("none"));
  CHECK(backstop_error_code(none.get(), &value) == nullptr);
  CHECK(backstop_error_path(none.get(), 0) == nullptr);
}

TEST_CASE("the very object is thrown on") {
  const void *first = nullptr;
  Error error = guarded([&] {
    try {
      throw Refused("too far");
    } catch (const Refused &refused) {
      first = &refused;
      throw;
    }
  });
  try {
    backstop_error_rethrow(error.release());
  } catch (const Refused &refused) {
    CHECK(&refused == first);
  }
  CHECK(std::uncaught_exceptions() == 0);
}

TEST_CASE("an error outlives the catch, and frees the exception with it") {
  static int alive;
  struct Counted {
    Counted() { ++alive; }
    Counted(const Counted &) { ++alive; }
    ~Counted() { --alive; }
  };
  Error error = guarded([] { throw Counted(); });
  CHECK(alive == 1);
  CHECK(std::current_exception() == nullptr);
  error.reset();
  CHECK(alive == 0);
}

TEST_CASE("what is caught inside doesn't come out") {
  CHECK(guarded([] {
          try {
            throw 1;
          } catch (int) {
          }
        }) == nullptr);
}

TEST_SUITE_END();
