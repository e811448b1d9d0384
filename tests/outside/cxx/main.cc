// A program in C++ that links the crate as a static library, and has guards of its own by the copy of backstop in it.
#include "backstop/backstop.hpp"
#include <cstdio>
#include <cstdlib>

extern "C" int32_t outside_parse(const char *text);

namespace {

const backstop_site site = BACKSTOP_SITE("cxx");

void check(bool holds, const char *what) {
  if (!holds) {
    std::fprintf(stderr, "%s does not hold\n", what);
    std::exit(1);
  }
}
#define CHECK(condition) check(condition, #condition)

int *volatile nowhere = nullptr;
void crash() { *static_cast<volatile int *>(nowhere) = 1; }

template <typename Function> backstop_fault_kind fault_of(Function function) {
  const auto call = [](void *context) { (*static_cast<Function *>(context))(); };
  backstop_error *error = backstop_call(&site, call, &function);
  const backstop_fault *fault = error != nullptr ? backstop_error_fault(error) : nullptr;
  const backstop_fault_kind kind = fault != nullptr ? fault->kind : 0;
  backstop_error_free(error);
  return kind;
}

int told;

backstop_answer count(const backstop_fault *, void *, void *, void *) {
  ++told;
  return BACKSTOP_CONTINUE;
}

} // namespace

int main() {
  CHECK(outside_parse("title") == 0 && outside_parse("") == 1 && outside_parse("crash") == 2);
  CHECK(backstop_install(nullptr) == BACKSTOP_ALREADY_INSTALLED); // by Rust's first guarded call
  CHECK(backstop_add_handler(count, nullptr, 0));
  for (int round = 0; round < 1000; ++round) {
    CHECK(fault_of(crash) == BACKSTOP_FAULT_NULL_DEREFERENCE);
    CHECK(outside_parse("crash") == 2);
    const auto nested = [] {
      CHECK(outside_parse("crash") == 2 && outside_parse("") == 1);
      crash();
    };
    CHECK(fault_of(nested) == BACKSTOP_FAULT_NULL_DEREFERENCE);
  }
  CHECK(told == 4000);
  std::puts("all well");
  return 0;
}
