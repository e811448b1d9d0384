#include "exception.h"
#include "error.h"
#include "guard.h"
#include "itanium.h"
#include <cstring>
#include <string>
#include <typeinfo>

namespace backstop {
namespace runtime {
namespace {

struct Description {
  std::exception_ptr &exception;
  backstop_error *error;
};

// `type` counts where the ABI can't say it of any exception. Null for what another language threw.
void set_type(backstop_error &error, const std::type_info *type) {
  set_text(error.type_name, [=] { return type != nullptr ? demangled(type->name()) : "an exception of unknown type"; });
  error.has_type_name = true;
}

void set_what(backstop_error &error, const char *what, size_t length) {
  error.has_what = what != nullptr;
  set_text(error.what, [=] { return what != nullptr ? std::string(what, length) : std::string(); });
}

size_t length_of(const char *text) { return text != nullptr ? std::strlen(text) : 0; }

// That of the exception being handled, which is none of the types that are known here.
const std::type_info *other_type() {
#ifdef BACKSTOP_ITANIUM
  return abi::__cxa_current_exception_type();
#else
  return nullptr;
#endif
}

void describe(void *context) {
  auto &description = *static_cast<Description *>(context);
  backstop_error &error = *description.error;
  if (description.exception == nullptr) {
    set_type(error, nullptr); // there is no exception_ptr to what isn't C++'s
    return;
  }
  try {
    std::rethrow_exception(description.exception);
  } catch (const std::exception &exception) {
    set_type(error, &typeid(exception));
    const char *what = exception.what();
    set_what(error, what, length_of(what));
  } catch (const char *text) {
    set_type(error, &typeid(const char *));
    set_what(error, text, length_of(text));
  } catch (const std::string &text) {
    set_type(error, &typeid(text));
    set_what(error, text.data(), text.size());
  } catch (...) {
    set_type(error, other_type());
  }
}

void release(void *context) { *static_cast<std::exception_ptr *>(context) = nullptr; }

} // namespace

backstop_error *error_from(std::exception_ptr &exception, const backstop_site *site) {
  backstop_error *error = new_error();
  error->kind = BACKSTOP_EXCEPTION;
  error->site = site;
  error->throw_site = take_throw_site(exception);
  Description description = {exception, error};
  backstop_error *crash = guard(site, describe, &description);
  backstop_error_free(guard(site, release, &exception)); // that it crashed doesn't change what was thrown
  if (crash != nullptr) {
    backstop_error_free(error);
    return crash;
  }
  set_text(error->message, [=] {
    const std::string what = error->has_what ? ": " + one_line(error->what) : "";
    return std::string(site->name) + ": " + error->type_name + what;
  });
  return error;
}

} // namespace runtime
} // namespace backstop
