// How a Rust function that C++ called back ends otherwise than by returning: what its wrapper leaves here, cxx's C++
// half throws.
#include "rust_exceptions.h"
#include "backstop/rust.hpp"
#include "exception.h"
#include "guard.h"
#include "itanium.h"
#include "runtime_code.h"
#include "thread.h"
#include <cstdio>
#include <cstring>
#include <stdexcept>

#ifdef BACKSTOP_ITANIUM
// That of rust::Error, if cxx is linked. Weak: a C++ program may have a runtime without it.
extern "C" const std::type_info backstop_cxx_error __asm__("_ZTIN4rust10cxxbridge15ErrorE") __attribute__((weak));

// The virtual functions that the type information of a class with a single base has.
extern "C" const void *const backstop_single_base[] __asm__("_ZTVN10__cxxabiv120__si_class_type_infoE");
#endif

namespace backstop {
namespace runtime {
namespace {

using detail::from_rust;

#ifdef BACKSTOP_ITANIUM

// The type that a rust_error is thrown as, laid out as the C++ ABI has it for a class with a single base: it has the
// name of rust_error, so that clauses for it match, and cxx's rust::Error as base, so that those which were written for
// plain cxx do. The language has no such class, for rust::Error is final; but the object fits: see detail::from_rust.
struct ThrownType {
  const void *const *functions;
  const char *name;
  const std::type_info *base;
};

std::type_info *thrown_type() noexcept {
  static const ThrownType type = {backstop_single_base + 2, typeid(rust_error).name(),
                                  &backstop_cxx_error != nullptr ? &backstop_cxx_error : &typeid(std::exception)};
  return const_cast<std::type_info *>(reinterpret_cast<const std::type_info *>(&type));
}

[[noreturn]] void throw_error(from_rust from) {
  void *object = abi::__cxa_allocate_exception(sizeof(rust_error));
  new (object) rust_error(std::move(from));
  abi::__cxa_throw(object, thrown_type(), [](void *error) { static_cast<rust_error *>(error)->~rust_error(); });
}

#else

[[noreturn]] void throw_error(from_rust from) { throw rust_error(std::move(from)); }

#endif

// The text, and what a raise left on this thread.
from_rust raised(const char *text, size_t length) {
  backstop_carried *carried = thread.raised;
  thread.raised = nullptr;
  if (carried == nullptr) {
    return from_rust(text, length, nullptr);
  }
  return from_rust(text, length, {carried, [](backstop_carried *dropped) { dropped->drop(dropped); }});
}

template <typename FromRust> const from_rust *from(const Thrown &thrown) noexcept {
  const bool is_one = thrown.exception != nullptr && thrown.type != nullptr && *thrown.type == typeid(FromRust);
  return is_one ? &static_cast<const FromRust *>(object_of(thrown.exception))->from() : nullptr;
}

} // namespace

void *object_of(const std::exception_ptr &exception) noexcept {
  void *object;
  static_assert(sizeof(exception) == sizeof(object), "an exception_ptr is a pointer to the object");
  std::memcpy(&object, &exception, sizeof(object));
  return object;
}

backstop_carried *carried_by(const Thrown &thrown) noexcept {
  const from_rust *error = from<rust_error>(thrown);
  const from_rust *either = error != nullptr ? error : from<rust_panic>(thrown);
  return either != nullptr ? either->carried() : nullptr;
}

const char *panic_message(const Thrown &thrown) noexcept {
  const from_rust *panic = from<rust_panic>(thrown);
  return panic != nullptr ? panic->text() : nullptr;
}

void keep_for_rust(backstop_error *error) noexcept {
  backstop_error_free(thread.error); // one that nobody took
  thread.error = error;
}

void say_cancelled(const backstop_site *site) noexcept {
  std::fprintf(stderr,
               "backstop: %s: the thread is being cancelled (by pthread_cancel or pthread_exit), and that can't pass "
               "the Rust code which made this call. Cancel only threads that aren't in a call from Rust; aborting\n",
               site->name);
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

int backstop_bridge_is_guarded() noexcept { return is_callback_guarded() ? 1 : 0; }

int backstop_bridge_may_panic() noexcept {
  if (is_callback_guarded()) {
    return 1;
  }
  const char *name = callback_name();
  std::fprintf(
      stderr,
      "backstop: a panic in the Rust callback `%s` can't leave it: the C++ that called it is not under a guard. "
      "Guard the C++ function that Rust calls, or catch the panic in the callback. Aborting\n",
      name != nullptr ? name : "(unknown)");
  return 0;
}

BACKSTOP_RUNTIME_CODE int backstop_bridge_raise_again(backstop_error *error) noexcept {
  if (error->thrown.exception == nullptr) {
    return 0;
  }
  backstop_error_free(thread.raised_again); // one that nobody threw
  thread.raised_again = error;
  return 1;
}

BACKSTOP_RUNTIME_CODE void backstop_bridge_raise_rust(backstop_carried *carried, int is_panic) noexcept {
  if (backstop_carried *unthrown = thread.raised) {
    unthrown->drop(unthrown);
  }
  thread.raised = carried;
  thread.raised_is_panic = is_panic != 0;
}

BACKSTOP_RUNTIME_CODE void backstop_bridge_throw(const char *message, size_t length) {
  if (backstop_error *again = thread.raised_again) {
    thread.raised_again = nullptr;
    delete[] message;
    backstop_error_rethrow(again);
  }
  if (thread.raised != nullptr && thread.raised_is_panic) {
    throw backstop::rust_panic(raised(message, length));
  }
  throw_error(raised(message, length));
}

void backstop_bridge_hook(void *data) {
  const auto *hook = static_cast<const backstop_hook *>(data);
  char text[512];
  if (!hook->run(hook, text, sizeof(text))) {
    const size_t length = std::strlen(text);
    auto *message = new char[length + 1];
    std::memcpy(message, text, length + 1);
    backstop_bridge_throw(message, length);
  }
}

void backstop_error_rethrow(backstop_error *error) {
  const std::exception_ptr exception = error->thrown.exception;
  OwnedThrowSite site = std::move(error->throw_site);
#ifdef BACKSTOP_ITANIUM
  if (_Unwind_Exception *panic = backstop_bridge_panic(error)) {
    backstop_error_free(error);
    _Unwind_RaiseException(panic);
    std::terminate(); // it came back: nobody above catches anything
  }
#endif
  if (exception == nullptr) {
    const std::string message = backstop_error_message(error);
    backstop_error_free(error);
    throw std::runtime_error(message);
  }
  backstop_error_free(error);
  rethrow(exception, std::move(site));
}

backstop_carried *backstop_bridge_carried(const backstop_error *error) noexcept { return carried_by(error->thrown); }
