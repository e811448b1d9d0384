#include "error.h"
#include "guard.h"
#include "itanium.h"
#include "runtime_code.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

using backstop::runtime::FaultRecord;

namespace backstop {
namespace runtime {
namespace {

constexpr size_t spares = 16;
FaultRecord spare_fault[spares];
backstop_error spare[spares];
std::atomic<bool> taken[spares];

bool is_spare(const backstop_error *error) { return error >= spare && error < spare + spares; }

// Lets go of the exception, which runs code of the library's: if that crashes, the exception is gone all the same.
void release(void *context) { *static_cast<std::exception_ptr *>(context) = nullptr; }

// A panic that nobody has given back to Rust: Rust says so, and ends the process.
void drop_panic(_Unwind_Exception *panic) {
#ifdef BACKSTOP_ITANIUM
  if (panic != nullptr) {
    _Unwind_DeleteException(panic);
  }
#else
  static_cast<void>(panic);
#endif
}

void release_exceptions(backstop_error *error) noexcept {
  for (; error != nullptr; error = error->nested.get()) {
    if (error->thrown.exception != nullptr) {
      backstop_error_free(guard(error->site, release, &error->thrown.exception));
    }
    drop_panic(error->thrown.panic);
  }
}

} // namespace

backstop_error *new_error() noexcept {
  auto *error = new (std::nothrow) backstop_error();
  return error != nullptr ? error : spare_error();
}

backstop_error *spare_error() noexcept {
  for (size_t index = 0; index < spares; ++index) {
    if (!taken[index].exchange(true)) {
      spare[index].fault = &spare_fault[index];
      return &spare[index];
    }
  }
  std::fputs("backstop: out of memory for an error, and 16 without memory are still held\n", stderr);
  std::abort();
}

std::string duration_text(uint64_t nanoseconds) {
  const char *unit = "ns";
  double value = static_cast<double>(nanoseconds);
  for (const char *larger : {"us", "ms", "s"}) {
    if (value < 1000) {
      break;
    }
    value /= 1000;
    unit = larger;
  }
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g %s", value, unit);
  return text;
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

std::string readable_symbol(const char *symbol) {
  return std::strncmp(symbol, "_Z", 2) == 0 ? demangled(symbol) : symbol;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

backstop_error::~backstop_error() {
  if (is_spare(this)) {
    spare_fault[this - spare] = FaultRecord();
  } else {
    delete fault;
  }
}

BACKSTOP_RUNTIME_CODE void backstop_error_free(backstop_error *error) noexcept {
  release_exceptions(error);
  if (!is_spare(error)) {
    delete error;
    return;
  }
  error->~backstop_error();
  new (error) backstop_error();
  taken[error - spare].store(false);
}

backstop_error_kind_t backstop_error_kind(const backstop_error *error) noexcept { return error->kind; }

const backstop_site *backstop_error_site(const backstop_error *error) noexcept { return error->site; }

const char *backstop_error_message(const backstop_error *error) noexcept {
  const char *message = error->message.get([=] { return error->compose(*error); });
  return message != nullptr ? message : "a guarded call failed, and there is no memory to say how";
}

const char *backstop_error_what(const backstop_error *error, size_t *length) noexcept {
  if (length != nullptr) {
    *length = error->what.size();
  }
  return error->has_what ? error->what.c_str() : nullptr;
}

const backstop_fault *backstop_error_fault(const backstop_error *error) noexcept {
  return error->kind == BACKSTOP_FAULT ? &error->fault->fault : nullptr;
}

const backstop_recovery *backstop_error_recovery(const backstop_error *error) noexcept {
  return was_left(*error) ? &error->fault->recovery : nullptr;
}

const backstop_trace *backstop_error_trace(const backstop_error *error) noexcept {
  return error->throw_site != nullptr ? &error->throw_site->trace : nullptr;
}

const backstop_error *backstop_error_nested(const backstop_error *error) noexcept { return error->nested.get(); }

backstop_error *backstop_bridge_nested(backstop_error *error) noexcept { return error->nested.release(); }

_Unwind_Exception *backstop_bridge_panic(backstop_error *error) noexcept {
  return std::exchange(error->thrown.panic, nullptr);
}

const char *backstop_error_code(const backstop_error *error, int32_t *value) noexcept {
  if (value != nullptr) {
    *value = error->code;
  }
  return !error->category.empty() ? error->category.c_str() : nullptr;
}

const char *backstop_error_path(const backstop_error *error, size_t number) noexcept {
  return error->has_paths && number < 2 ? error->paths[number].c_str() : nullptr;
}
