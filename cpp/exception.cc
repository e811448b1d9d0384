#include "exception.h"
#include "error.h"
#include "guard.h"
#include "itanium.h"
#include <string>
#include <typeinfo>

namespace backstop {
namespace runtime {
namespace {

struct Description {
  std::exception_ptr &exception;
  backstop_error *error;
};

void set_type(backstop_error &error, const std::type_info *type) {
#ifdef BACKSTOP_ITANIUM
  type = abi::__cxa_current_exception_type();
#endif
  error.type_name = type != nullptr ? demangled(type->name()) : "an exception of unknown type"; // of another language
  error.has_type_name = true;
}

void set_what(backstop_error &error, const char *what) {
  error.has_what = what != nullptr;
  error.what = what != nullptr ? what : "";
}

void describe(void *context) {
  auto &description = *static_cast<Description *>(context);
  backstop_error &error = *description.error;
  try {
    std::rethrow_exception(description.exception);
  } catch (const std::exception &exception) {
    set_type(error, &typeid(exception));
    set_what(error, exception.what());
  } catch (const char *text) {
    set_type(error, &typeid(text));
    set_what(error, text);
  } catch (const std::string &text) {
    set_type(error, &typeid(text));
    set_what(error, text.c_str());
    error.what = text; // with the NULs in it
  } catch (...) {
    set_type(error, nullptr);
  }
}

void release(void *context) { *static_cast<std::exception_ptr *>(context) = nullptr; }

} // namespace

backstop_error *error_from(std::exception_ptr &exception, const backstop_site *site) {
  auto *error = new backstop_error();
  error->kind = BACKSTOP_EXCEPTION;
  error->site = site;
  Description description = {exception, error};
  backstop_error *crash = guard(site, describe, &description);
  backstop_error_free(guard(site, release, &exception)); // that it crashed doesn't change what was thrown
  if (crash != nullptr) {
    backstop_error_free(error);
    return crash;
  }
  error->message =
      std::string(site->name) + ": " + error->type_name + (error->has_what ? ": " + one_line(error->what) : "");
  return error;
}

} // namespace runtime
} // namespace backstop
