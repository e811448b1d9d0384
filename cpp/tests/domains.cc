// A domain that a torn recovery taints, and what it then refuses.
#include "support.h"
#include <cstring>

TEST_SUITE_BEGIN("domains");

namespace {

// By a jump over what has something to destroy.
Error torn_fault(backstop_domain &domain) {
  static backstop_site at = {"parse", __FILE__, __LINE__, BACKSTOP_JUMP, nullptr, 0};
  at.domain = &domain;
  return guarded(at, [] {
    const std::string held("something to destroy, too long to lie in the object itself");
    fault();
  });
}

bool is_called(backstop_domain &domain) {
  static backstop_site at = BACKSTOP_SITE("print");
  at.domain = &domain;
  bool called = false;
  const Error error = guarded(at, [&] { called = true; });
  CHECK((error == nullptr) == called);
  return called;
}

} // namespace

TEST_CASE("calls are refused until the reset") {
  backstop_domain domain = BACKSTOP_DOMAIN("parser");
  CHECK(is_called(domain));
  const Error first = torn_fault(domain);
  CHECK(is_fault(first, BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(backstop_domain_is_tainted(&domain));
  CHECK(!is_called(domain));

  const Error refused = torn_fault(domain);
  REQUIRE(refused != nullptr);
  CHECK(backstop_error_kind(refused.get()) == BACKSTOP_REFUSAL);
  CHECK(text(backstop_error_refusal(refused.get())) == backstop_error_message(first.get()));
  CHECK(backstop_error_fault(refused.get()) == nullptr);

  backstop_domain_reset(&domain);
  CHECK(!backstop_domain_is_tainted(&domain));
  CHECK(is_called(domain));
}

TEST_CASE("the first fault is told, and cut to the room there is") {
  backstop_domain domain = BACKSTOP_DOMAIN("parser");
  char buffer[8] = "old";
  CHECK(backstop_domain_first_fault(&domain, buffer, sizeof(buffer)) == 0);
  CHECK(text(buffer).empty());
  const Error first = torn_fault(domain);
  const char *message = backstop_error_message(first.get());
  CHECK(backstop_domain_first_fault(&domain, nullptr, 0) == std::strlen(message));
  CHECK(backstop_domain_first_fault(&domain, buffer, sizeof(buffer)) == std::strlen(message));
  CHECK(text(buffer) == std::string(message, 7));
  backstop_domain_reset(&domain);
}

TEST_CASE("a domain may allow calls all the same") {
  backstop_domain domain = BACKSTOP_DOMAIN("parser");
  domain.on_torn = BACKSTOP_ALLOW_CALLS;
  CHECK(is_fault(torn_fault(domain), BACKSTOP_FAULT_NULL_DEREFERENCE));
  CHECK(!backstop_domain_is_tainted(&domain));
  CHECK(is_called(domain));
}

TEST_CASE("exceptions taint nothing") {
  backstop_domain domain = BACKSTOP_DOMAIN("parser");
  static backstop_site at = BACKSTOP_SITE_IN(nullptr, "throw");
  at.domain = &domain;
  CHECK(guarded(at, [] { throw 1; }) != nullptr);
  CHECK(!backstop_domain_is_tainted(&domain));
}

TEST_SUITE_END();
