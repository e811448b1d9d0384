#include "error.h"
#include "itanium.h"
#include <cstdlib>

namespace backstop {
namespace runtime {

std::string one_line(const std::string &text) {
  std::string line;
  const size_t end = text.find_last_not_of("\r\n");
  for (size_t at = 0; end != std::string::npos && at <= end; ++at) {
    if (text[at] == '\n') {
      line += "\\n";
    } else if (text[at] == '\r') {
      line += "\\r";
    } else {
      line += text[at];
    }
  }
  return line;
}

std::string demangled(const char *name) {
  std::string text = name;
#ifdef BACKSTOP_ITANIUM
  int status = 0;
  if (char *readable = abi::__cxa_demangle(name, nullptr, nullptr, &status)) {
    text = readable;
    std::free(readable);
  }
#endif
  return text;
}

} // namespace runtime
} // namespace backstop

void backstop_error_free(backstop_error *error) noexcept { delete error; }

backstop_error_kind_t backstop_error_kind(const backstop_error *error) noexcept { return error->kind; }

const backstop_site *backstop_error_site(const backstop_error *error) noexcept { return error->site; }

const char *backstop_error_message(const backstop_error *error) noexcept { return error->message.c_str(); }

const char *backstop_error_type_name(const backstop_error *error) noexcept {
  return error->has_type_name ? error->type_name.c_str() : nullptr;
}

const char *backstop_error_what(const backstop_error *error, size_t *length) noexcept {
  if (length != nullptr) {
    *length = error->what.size();
  }
  return error->has_what ? error->what.c_str() : nullptr;
}

const backstop_fault *backstop_error_fault(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_FAULT ? &error->fault : nullptr;
}
