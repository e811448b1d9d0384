// A program under AddressSanitizer, with a runtime that is not.
#include "backstop/backstop.hpp"
#include "check.h"
#include <csignal>
#include <sstream>
#include <string>
#include <thread>

extern "C" void poison_and_fault(int depth, char *outer);

namespace {

constexpr backstop_site site = BACKSTOP_SITE("work");

// A destructor that uses a lot of what lies where the poisoned frames were.
struct Scope {
  int &closed;
  ~Scope() {
    std::ostringstream text;
    text << 1.5 << ' ' << 1e100;
    closed += text.str() == "1.5 1e+100";
  }
};

void check_cleanups() {
  for (int round = 1; round <= 3; ++round) {
    int closed = 0;
    const auto result = backstop::call(site, [&] {
      const Scope scope{closed};
      poison_and_fault(40, nullptr);
    });
    CHECK(closed == 1);
    CHECK(backstop_error_kind(result.error().get()) == BACKSTOP_FAULT);
  }
}

void check_status() {
  backstop_health health = {};
  health.size = sizeof(health);
  CHECK(backstop_status(&health) && std::string(health.sanitizers) == "address");
}

void fault() { check_null_write(nullptr); }

} // namespace

int main() {
  check_status();
  check_cleanups();
  std::thread(check_cleanups).join();
  check_dies(SIGABRT, "ERROR: AddressSanitizer: SEGV", fault); // it was there before us, and reports
}
