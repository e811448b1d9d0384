// Calls of Rust, and guards of C++'s own.
#include "backstop-zoo/src/callbacks.h"
#include "backstop-zoo/src/callbacks.rs.h"
#include "backstop-zoo/src/zoo.h"
#include "backstop/backstop.h"
#include <memory>
#include <string>
#include <thread>

namespace zoo {
namespace {

// What a null read comes to under a guard of C++'s own.
std::string guarded_null_read() {
  static const backstop_site site = BACKSTOP_SITE("zoo::guarded_null_read");
  const std::unique_ptr<backstop_error, void (*)(backstop_error *)> error(
      backstop_call(&site, [](void *) { null_read(); }, nullptr), backstop_error_free);
  return error ? backstop_error_message(error.get()) : "no error";
}

} // namespace

std::int32_t call_back(const Callback &callback) {
  callback.run();
  return 1;
}

void call_back_fallible(const Callback &callback) { callback.run_fallible(); }

rust::String catch_callback_error(const Callback &callback) {
  try {
    callback.run_fallible();
  } catch (const rust::Error &error) {
    return error.what();
  }
  return "";
}

std::int32_t call_function(rust::Fn<std::int32_t(std::int32_t)> function, std::int32_t argument) {
  return function(argument) + 1;
}

std::int32_t drop_farewell(rust::Box<Farewell> farewell) {
  {
    const rust::Box<Farewell> dropped = std::move(farewell);
  }
  return 1;
}

bool compare(const Labelled &left, const Labelled &right) { return left == right; }

std::int32_t crash_after(const Callback &callback) {
  callback.run();
  return null_read();
}

void on_cpp_thread(const Callback &callback) {
  std::thread([&callback] { callback.run(); }).join();
}

rust::String guard_inside() { return guarded_null_read(); }

void crash_after_guard_inside() {
  guarded_null_read();
  null_write();
}

rust::String guard_on_cpp_thread() {
  std::string message;
  std::thread([&message] { message = guarded_null_read(); }).join();
  return message;
}

} // namespace zoo
