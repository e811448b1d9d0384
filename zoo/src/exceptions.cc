// Exceptions: those of the standard library as it throws them, those that are no std::exception, and those
// that make trouble of their own.
#include "opaque.h"
#include "zoo.h"
#include <any>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <variant>
#include <vector>

namespace zoo {

struct Keeper {
  virtual ~Keeper() = default;
};

struct Vet : Keeper {};

struct Escaped {
  int animals;
};

struct NullWhat : std::exception {
  const char *what() const noexcept override { return nullptr; }
};

struct CrashingWhat : std::exception {
  const char *what() const noexcept override {
    null_read();
    return "not reached";
  }
};

struct CrashingDestructor : std::runtime_error {
  using std::runtime_error::runtime_error;
  CrashingDestructor(const CrashingDestructor &) = default;
  ~CrashingDestructor() override { null_read(); }
};

namespace {

struct CrashesWhenGone {
  ~CrashesWhenGone() { null_read(); }
};

} // namespace

void throw_runtime_error() { throw std::runtime_error("the lion is out"); }

void throw_out_of_range() { opaque(std::vector<int>(3).at(opaque<std::size_t>(7))); }

void throw_bad_alloc() { delete[] opaque(new char[opaque(std::numeric_limits<std::size_t>::max() / 2)]); }

void throw_bad_cast() {
  Keeper keeper;
  opaque(&dynamic_cast<Vet &>(*opaque(&keeper)));
}

void throw_bad_function_call() { std::function<void()>()(); }

void throw_bad_optional_access() { opaque(std::optional<int>().value()); }

void throw_system_error() { throw std::system_error(ENOENT, std::generic_category(), "opening the gate"); }

void throw_bad_typeid() {
  Keeper *const nobody = opaque<Keeper *>(nullptr);
  opaque(&typeid(*nobody));
}

void throw_bad_any_cast() { opaque(std::any_cast<int>(std::any(1.0))); }

void throw_bad_variant_access() { opaque(std::get<int>(std::variant<int, char>('x'))); }

void throw_bad_weak_ptr() { std::shared_ptr<int> gone(std::weak_ptr<int>{}); }

void throw_invalid_argument() { opaque(std::stoi("lion")); }

void throw_nested() {
  try {
    throw_runtime_error();
  } catch (...) {
    std::throw_with_nested(std::logic_error("the keeper is asleep"));
  }
}

void throw_int() { throw 42; }

void throw_text() { throw "the tiger too"; }

void throw_string() { throw std::string("and the bear"); }

void throw_struct() { throw Escaped{7}; }

void throw_not_utf8() { throw std::runtime_error("caf\xe9"); }

void throw_many_lines() { throw std::runtime_error("first line\nsecond line"); }

void throw_null_what() { throw NullWhat(); }

void throw_crashing_what() { throw CrashingWhat(); }

void throw_crashing_destructor() { throw CrashingDestructor("gone with a bang"); }

void crash_in_catch() {
  try {
    throw_runtime_error();
  } catch (const std::runtime_error &) {
    null_read();
  }
}

void crash_while_unwinding() {
  CrashesWhenGone local;
  throw_runtime_error();
}

} // namespace zoo
