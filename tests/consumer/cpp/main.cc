// Calls all that crashes, and prints what came of it. Exit code 1 if anything came back as what it was not.
#include "backstop/backstop.hpp"
#include "backstop/zoo.h"
#include <cstdio>
#include <string>

static std::string report_of(const backstop_error *error) {
  std::string report(backstop_error_report(error, nullptr, 0), '\0');
  backstop_error_report(error, &report[0], report.size() + 1); // there is room for the NUL
  return report;
}

static std::string text(const char *maybe) { return maybe != nullptr ? maybe : "(none)"; }

// That it is what is expected, if not down to every text.
static bool is_right(const backstop_zoo_case &expected, const backstop_error *error) {
  switch (expected.outcome) {
  case BACKSTOP_ZOO_RETURNS:
    return error == nullptr;
  case BACKSTOP_ZOO_FAULT: {
    const backstop_fault *fault = error != nullptr ? backstop_error_fault(error) : nullptr;
    return fault != nullptr && fault->kind == expected.kind && fault->signal == expected.signal;
  }
  default:
    return error != nullptr && text(backstop_error_type_name(error)) == text(expected.type);
  }
}

int main() {
  std::size_t count, called = 0, wrong = 0;
  const backstop_zoo_case *const cases = backstop_zoo_cases(&count);
  for (const backstop_zoo_case *expected = cases; expected != cases + count; ++expected) {
    if (expected->outcome == BACKSTOP_ZOO_DIES) {
      continue;
    }
    const backstop_site site = BACKSTOP_SITE(expected->name);
    backstop_error *error = backstop_call(&site, backstop_zoo_call, const_cast<backstop_zoo_case *>(expected));
    const bool right = is_right(*expected, error);
    std::printf("%s%s\n", right ? "" : "WRONG: ", error != nullptr ? report_of(error).c_str() : expected->name);
    ++called;
    wrong += !right;
    backstop_error_free(error);
  }
  std::printf("%zu cases, %zu of them wrong\n", called, wrong);
  return wrong != 0;
}
