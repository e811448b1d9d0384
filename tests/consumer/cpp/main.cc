// Calls all that crashes, and prints what came of it. Exit code 1 if anything came back as what it was not.
#include "backstop/backstop.hpp"
#include "cases.h"
#include <cstdio>
#include <string>

static std::string report_of(const backstop_error *error) {
  std::string report(backstop_error_report(error, nullptr, 0), '\0');
  backstop_error_report(error, &report[0], report.size() + 1); // there is room for the NUL
  return report;
}

int main() {
  int wrong = 0;
  for (const zoo::Case &expected : zoo::cases()) {
    const backstop_site site = BACKSTOP_SITE(expected.name);
    backstop_error *error = backstop_call(
        &site, [](void *which) { static_cast<const zoo::Case *>(which)->function(); },
        const_cast<zoo::Case *>(&expected));
    const backstop_fault *fault = error != nullptr ? backstop_error_fault(error) : nullptr;
    const bool right = fault != nullptr && fault->kind == expected.kind && fault->signal == expected.signal;
    std::printf("%s%s\n", right ? "" : "WRONG: ", error != nullptr ? report_of(error).c_str() : expected.name);
    wrong += !right;
    backstop_error_free(error);
  }
  std::printf("%zu faults, %d of them wrong\n", zoo::cases().size(), wrong);
  return wrong != 0;
}
