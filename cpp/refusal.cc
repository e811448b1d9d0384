// Calls that are not made.
#include "domain.h"
#include "error.h"
#include "probe.h"

namespace backstop {
namespace runtime {
namespace {

// Whether the call is not to be made; if so, why.
bool is_refused(DomainState &state, Refusal &refusal, char (&cause)[fault_text]) noexcept {
  bool is_refused = false;
  change(state, [&](uint64_t now) {
    Breaker &breaker = state.breaker;
    if (state.state() == BACKSTOP_HEALTHY) {
      return; // by now
    }
    if (!state.is_tainted && (is_sent(state) || breaker.let_probe(now))) {
      send_probe(state);
      return;
    }
    is_refused = true;
    ++state.refused;
    refusal = {state.state(), state.is_tainted ? 0 : breaker.remaining(now), breaker.options().faults,
               breaker.options().window};
    copy_text(cause, state.is_tainted ? state.first_fault : state.last_fault);
  });
  return is_refused;
}

std::string reason(const Refusal &refusal) {
  if (refusal.state == BACKSTOP_TAINTED) {
    return "tainted until it is reset: ";
  }
  const std::string until = refusal.state == BACKSTOP_OPEN
                                ? "open for another " + duration_text(refusal.remaining)
                                : std::string("open until the one call that is tried has come back");
  return until + ", after " + std::to_string(refusal.faults) + (refusal.faults == 1 ? " fault" : " faults") +
         " within " + duration_text(refusal.window) + ", or until it is reset; the last: ";
}

std::string message_of(const backstop_error &refused) {
  return std::string(refused.site->name) + ": not called, since `" + refused.site->domain->name + "` is " +
         reason(refused.refusal) + refused.what;
}

} // namespace

backstop_error *refuse(const backstop_site *site) noexcept {
  if (Inside::is(site->domain)) {
    return nullptr;
  }
  Refusal refusal = {BACKSTOP_TAINTED, 0, 0, 0};
  char cause[fault_text] = "a fault";
  DomainState *state = state_of(site->domain);
  if (state != nullptr && !is_refused(*state, refusal, cause)) {
    return nullptr;
  }
  backstop_error *error = new_error();
  error->kind = BACKSTOP_REFUSAL;
  error->site = site;
  error->refusal = refusal;
  set_text(error->what, [&] { return std::string(cause); });
  if (error->what.empty()) {
    error->what = "a fault";
  }
  error->compose = message_of;
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

const char *backstop_error_refusal(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_REFUSAL ? error->what.c_str() : nullptr;
}

backstop_domain_state_t backstop_error_refused_by(const backstop_error *error, uint64_t *remaining) noexcept {
  if (remaining != nullptr) {
    *remaining = error->refusal.remaining;
  }
  return error->refusal.state;
}
