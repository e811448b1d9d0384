// The refusal of a call on an object that a torn recovery may have left half changed, as Rust's handles keep track of.
#include "error.h"

using namespace backstop::runtime;

backstop_error *backstop_bridge_refuse_object(const backstop_site *site, const char *message, size_t length) noexcept {
  backstop_error *error = new_error();
  error->kind = BACKSTOP_REFUSAL;
  error->site = site;
  set_text(error->what, [=] { return std::string(message, length); });
  error->compose = [](const backstop_error &refused) {
    return std::string("a call on an object that `") + refused.site->name +
           "` was working on: not made, since the object is suspect until it is trusted, or the domain reset: " +
           refused.what;
  };
  return error;
}
