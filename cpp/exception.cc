#include "exception.h"
#include "exception_type.h"
#include "guard.h"
#include "itanium.h"
#include "printable.h"
#include "rust_exceptions.h"
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace backstop {
namespace runtime {
namespace {

constexpr size_t most_nested = 256; // a chain as long as that has a loop somewhere, or nobody reads it

#if defined(__GLIBCXX__) && defined(__LP64__)
// What is being handled and isn't C++'s own, as the unwinder has it: the C++ library takes what lies before the end of
// it for its own header, and this is where in that header the part is that all languages share.
_Unwind_Exception *foreign_in(const ExceptionGlobals &globals) noexcept {
  constexpr size_t shared_part = 80;
  auto *header = static_cast<char *>(globals.caught);
  return header != nullptr ? reinterpret_cast<_Unwind_Exception *>(header + shared_part) : nullptr;
}

// Rust has written its name byte by byte, while others make it a number, which begins with the first character.
bool is_rust(uint64_t language) noexcept { return std::memcmp(&language, "MOZ\0RUST", sizeof(language)) == 0; }

// Rust ends the process if anybody but Rust ends its panic. So the catch block that it is in is made to find nothing,
// and the panic is kept for Rust. No C++ exception is being handled beside it: the C++ library doesn't allow that.
void examine_foreign(Thrown &thrown) noexcept {
  auto &globals = *reinterpret_cast<ExceptionGlobals *>(abi::__cxa_get_globals());
  if (_Unwind_Exception *foreign = foreign_in(globals)) {
    thrown.language = foreign->exception_class;
    if (is_rust(thrown.language)) {
      thrown.panic = foreign;
      globals.caught = nullptr;
    }
  }
}
#else
void examine_foreign(Thrown &) noexcept {}
#endif

// "GNUCOBJC" of Objective-C, "MOZ\0RUST" of Rust: the vendor and the language, four characters each.
std::string name_of_language(uint64_t language) {
  std::string name;
  for (int shift = 56; shift >= 0; shift -= 8) {
    const char character = static_cast<char>(language >> shift & 0xff);
    if (character > ' ' && character < 0x7f) {
      name += character;
    }
  }
  return name.empty() ? "an exception of another language" : "an exception of another language (" + name + ")";
}

std::string name_of_type(const Thrown &thrown) {
  return thrown.type != nullptr ? demangled(thrown.type->name()) : name_of_language(thrown.language);
}

void set_what(backstop_error &error, const char *what, size_t length) {
  error.has_what = what != nullptr;
  set_text(error.what, [=] { return what != nullptr ? std::string(what, length) : std::string(); });
}

void set_what(backstop_error &error, const char *what) {
  set_what(error, what, what != nullptr ? std::strlen(what) : 0);
}

void set_code(backstop_error &error, const std::error_code &code) {
  error.code = code.value();
  const char *name = code.category().name();
  set_text(error.category, [=] { return std::string(name != nullptr ? name : "(unnamed)"); });
}

// What nearly everybody throws.
void describe_standard(backstop_error &error, const std::exception &exception) {
  set_what(error, exception.what());
  const auto *system = dynamic_cast<const std::system_error *>(&exception);
  if (system == nullptr) {
    return;
  }
  set_code(error, system->code());
  if (const auto *filesystem = dynamic_cast<const std::filesystem::filesystem_error *>(&exception)) {
    error.has_paths = true;
    set_text(error.paths[0], [=] { return filesystem->path1().string(); });
    set_text(error.paths[1], [=] { return filesystem->path2().string(); });
  }
}

// What some throw instead.
void describe_other(backstop_error &error, const std::type_info &type, const void *object) {
  if (type == typeid(const char *) || type == typeid(char *)) {
    set_what(error, *static_cast<const char *const *>(object));
  } else if (type == typeid(std::string)) {
    const auto &text = *static_cast<const std::string *>(object);
    set_what(error, text.data(), text.size());
  } else if (type == typeid(std::error_code)) {
    const auto &code = *static_cast<const std::error_code *>(object);
    set_text(error.what, [&] { return code.message(); });
    error.has_what = !error.what.empty();
    set_code(error, code);
  } else if (const char *message = panic_message(error.thrown)) {
    set_what(error, message);
    error.kind = BACKSTOP_PANIC;
  }
}

Thrown examined(const std::exception_ptr &exception) noexcept {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception &standard) {
    return current_exception(&standard);
  } catch (...) {
    return current_exception(nullptr);
  }
}

std::exception_ptr nested_in(const Thrown &thrown) noexcept {
  void *object = object_of(thrown.exception);
  return catches(typeid(std::nested_exception), *thrown.type, &object)
             ? static_cast<const std::nested_exception *>(object)->nested_ptr()
             : nullptr;
}

std::string message_of(const backstop_error &error) {
  const std::string what = error.has_what ? ": " + printable(error.what) : "";
  const std::string cause =
      error.kind == BACKSTOP_PANIC ? "panic in a Rust callback" : printable(name_of_type(error.thrown));
  return std::string(error.site->name) + ": " + cause + what;
}

void set_thrown(backstop_error &error, Thrown thrown, const backstop_site *site) noexcept {
  error.kind = thrown.panic != nullptr ? BACKSTOP_PANIC : BACKSTOP_EXCEPTION;
  error.site = site;
  error.compose = message_of;
  error.thrown = std::move(thrown);
}

backstop_error *exception_error(Thrown thrown, const backstop_site *site) noexcept {
  backstop_error *error = new_error();
  set_thrown(*error, std::move(thrown), site);
  return error;
}

void describe(void *context) {
  auto *error = static_cast<backstop_error *>(context);
  for (size_t depth = 0; error != nullptr && error->thrown.exception != nullptr; ++depth) {
    const Thrown &thrown = error->thrown;
    if (thrown.standard != nullptr) {
      describe_standard(*error, *thrown.standard);
    } else if (thrown.type != nullptr) {
      describe_other(*error, *thrown.type, object_of(thrown.exception));
    }
    const std::exception_ptr inner = thrown.type != nullptr ? nested_in(thrown) : nullptr;
    if (inner != nullptr && depth < most_nested) {
      error->nested.reset(new (std::nothrow) backstop_error()); // or null: the spare ones are few, and not for deletion
      if (error->nested != nullptr) {
        set_thrown(*error->nested, examined(inner), error->site);
      }
    }
    error = error->nested.get();
  }
}

} // namespace

Thrown current_exception(const std::exception *standard) noexcept {
  Thrown thrown = {std::current_exception(), nullptr, standard, 0, nullptr};
  if (thrown.exception == nullptr) { // there is no exception_ptr to what isn't C++'s
    examine_foreign(thrown);
    return thrown;
  }
#ifdef BACKSTOP_ITANIUM
  thrown.type = abi::__cxa_current_exception_type();
#endif
  return thrown;
}

backstop_error *error_from(Thrown thrown, const backstop_site *site) {
  backstop_error *error = exception_error(std::move(thrown), site);
  error->throw_site = take_throw_site(error->thrown.exception);
  backstop_error *crash = guard(site, describe, error);
  if (crash != nullptr) {
    backstop_error_free(error);
    return crash;
  }
  return error;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

const char *backstop_error_type_name(const backstop_error *error) noexcept {
  const bool is_thrown = error->kind == BACKSTOP_EXCEPTION || error->kind == BACKSTOP_PANIC;
  if (!is_thrown && error->thrown.type == nullptr) {
    return nullptr;
  }
  const char *name = error->type_name.get([=] { return name_of_type(error->thrown); });
  return name != nullptr ? name : "an exception of a type that there is no memory to name";
}

int backstop_error_is_a(const backstop_error *error, const char *type) noexcept {
  const Thrown &thrown = error->thrown;
  void *object = thrown.exception != nullptr ? object_of(thrown.exception) : nullptr;
  try {
    return thrown.type != nullptr && catches(type, *thrown.type, object);
  } catch (const std::bad_alloc &) { // names are compared as strings
    return 0;
  }
}

const char *backstop_error_standard(const backstop_error *error) noexcept {
  return error->thrown.type != nullptr ? standard_name(*error->thrown.type) : nullptr;
}

backstop_error *backstop_bridge_copy(const backstop_error *error) noexcept {
  if (error->thrown.exception == nullptr) {
    return nullptr;
  }
  backstop_error *copy = exception_error(error->thrown, error->site);
  copy->throw_site = copy_of(error->throw_site);
  return copy;
}

backstop_error *backstop_bridge_exception(const backstop_site *site, const char *what, size_t length) noexcept {
  backstop_error *error = exception_error({nullptr, &typeid(std::exception), nullptr, 0, nullptr}, site);
  set_what(*error, what, length);
  return error;
}

ptrdiff_t backstop_bridge_cast(const backstop_error *error, const void *const *types, size_t count,
                               const void **object) noexcept {
  const Thrown &thrown = error->thrown;
  if (thrown.exception == nullptr || thrown.type == nullptr) {
    return -1;
  }
  ptrdiff_t best = -1;
  for (size_t index = 0; index < count; ++index) {
    const auto &wanted = *static_cast<const std::type_info *>(types[index]);
    void *as = object_of(thrown.exception);
    if (!catches(wanted, *thrown.type, &as)) {
      continue;
    }
    // A class that is derived from the best so far is better.
    void *none = nullptr;
    if (best < 0 || catches(*static_cast<const std::type_info *>(types[best]), wanted, &none)) {
      best = static_cast<ptrdiff_t>(index);
      *object = as;
    }
  }
  return best;
}
