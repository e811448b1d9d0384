#include "error.h"
#include "itanium.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace backstop {
namespace runtime {
namespace {

constexpr size_t spares = 16;
backstop_error spare[spares];
std::atomic<bool> taken[spares];

} // namespace

backstop_error *new_error() noexcept {
  auto *error = new (std::nothrow) backstop_error();
  return error != nullptr ? error : spare_error();
}

backstop_error *spare_error() noexcept {
  for (size_t index = 0; index < spares; ++index) {
    if (!taken[index].exchange(true)) {
      return &spare[index];
    }
  }
  std::fputs("backstop: out of memory for an error, and 16 without memory are still held\n", stderr);
  std::abort();
}

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

using namespace backstop::runtime;

void backstop_error_free(backstop_error *error) noexcept {
  if (error < spare || error >= spare + spares) {
    delete error;
    return;
  }
  *error = backstop_error();
  taken[error - spare].store(false);
}

backstop_error_kind_t backstop_error_kind(const backstop_error *error) noexcept { return error->kind; }

const backstop_site *backstop_error_site(const backstop_error *error) noexcept { return error->site; }

const char *backstop_error_message(const backstop_error *error) noexcept {
  return !error->message.empty() ? error->message.c_str() : "a guarded call failed, and there is no memory to say how";
}

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

const backstop_recovery *backstop_error_recovery(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_FAULT ? &error->recovery : nullptr;
}

const backstop_trace *backstop_error_trace(const backstop_error *error) noexcept {
  return error->throw_site != nullptr ? &error->throw_site->trace : nullptr;
}

const char *backstop_error_refusal(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_REFUSAL ? error->what.c_str() : nullptr;
}
