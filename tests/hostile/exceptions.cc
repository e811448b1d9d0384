// Exceptions of other languages, of the past, and of what().
#include "../support/cases.h"
#include <exception>
#include <stdexcept>
#include <string>
#include <system_error>
#include <unwind.h>

namespace {

void raise_foreign() {
  static _Unwind_Exception exception;
  exception.exception_class = 0x474e55434f424a43; // GNUCOBJC: Objective-C
  exception.exception_cleanup = [](_Unwind_Reason_Code, _Unwind_Exception *) {};
  _Unwind_RaiseException(&exception);
  std::abort(); // it came back: nobody caught it
}

struct Unspeakable : std::exception {
  const char *what() const noexcept override { return fail(); }
  __attribute__((noinline)) static const char *fail() {
    if (opaque(true)) {
      throw Unspeakable();
    }
    return "";
  }
};

// A category of errors with no name, which can't say what its errors are either.
struct Nameless : std::error_category {
  const char *name() const noexcept override { return nullptr; }
  std::string message(int) const override { throw std::out_of_range("no such error"); }
};

const Nameless nameless;

} // namespace

CASE(foreign_exception) {
  const Result result = guarded(raise_foreign);
  CHECK(result.kind == BACKSTOP_EXCEPTION);
  CHECK(std::strcmp(result.type, "an exception of another language (GNUCOBJC)") == 0);
  CHECK(std::strcmp(result.message, "case: an exception of another language (GNUCOBJC)") == 0);
  CHECK_RECOVERS();
}

CASE(string_by_its_everyday_name) {
  backstop_error *error = backstop_call(&case_site, [](void *) { throw std::string("a text"); }, nullptr);
  CHECK(backstop_error_is_a(error, "std::string") && backstop_error_is_a(error, "const std::string &"));
  CHECK(backstop_error_is_a(error, backstop_error_type_name(error)));
  CHECK(!backstop_error_is_a(error, "std::wstring") && backstop_error_standard(error) == nullptr);
  backstop_error_free(error);
}

CASE(terminate_while_an_older_is_handled) {
  try {
    throw std::runtime_error("older");
  } catch (const std::exception &) {
    const Result result = guarded([] { std::terminate(); });
    CHECK(result.kind == BACKSTOP_FAULT && result.fault == BACKSTOP_FAULT_TERMINATE);
    CHECK(!result.has_type);
    CHECK(std::strstr(result.message, "older") == nullptr);
    CHECK(std::current_exception() != nullptr);
  }
  CHECK(std::current_exception() == nullptr);
}

CASE(what_throws) {
  CHECK_FAULT(guarded([] { throw Unspeakable(); }), BACKSTOP_FAULT_TERMINATE);
  const auto through_noexcept = []() noexcept {
    if (opaque(true)) {
      Unspeakable::fail();
    }
  };
  CHECK_FAULT(guarded(through_noexcept), BACKSTOP_FAULT_TERMINATE);
  CHECK(std::uncaught_exceptions() == 0 && std::current_exception() == nullptr);
}

CASE(category_without_a_name_or_messages) {
  backstop_error *error = backstop_call(&case_site, [](void *) { throw std::error_code(7, nameless); }, nullptr);
  CHECK(backstop_error_kind(error) == BACKSTOP_EXCEPTION);
  CHECK(std::strcmp(backstop_error_message(error), "case: std::error_code") == 0);
  int32_t value = 0;
  CHECK(std::strcmp(backstop_error_code(error, &value), "(unnamed)") == 0 && value == 7);
  backstop_error_free(error);
}
