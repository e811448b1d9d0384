// backstop for C++11 and later: what backstop.h offers, with scopes. With C++17 there are guarded calls of any function
// and guarded threads, too.
#pragma once

#include "backstop/backstop.h"

#if __cplusplus >= 201703L
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#endif

namespace backstop {

// While it lives, code of another language runs on this thread: a fault there is not recovered by the guards
// around it. `name` appears in the message that ends the process and must outlive the barrier.
class barrier {
public:
  explicit barrier(const char *name) noexcept : previous_(backstop_barrier_enter(name)) {}
  ~barrier() { backstop_barrier_leave(previous_); }
  barrier(const barrier &) = delete;
  barrier &operator=(const barrier &) = delete;

private:
  uint32_t previous_;
};

#if __cplusplus >= 201703L

struct error_deleter {
  void operator()(backstop_error *error) const noexcept { backstop_error_free(error); }
};

// What ended a guarded call; empty if it returned.
using error = std::unique_ptr<backstop_error, error_deleter>;

// Calls function() under a guard; what it returns is dropped. The site must outlive the error: make it static.
template <typename Function> [[nodiscard]] error call(const backstop_site &site, Function &&function) {
  using Callee = std::remove_reference_t<Function>;
  const auto invoke = [](void *context) { static_cast<void>((*static_cast<Callee *>(context))()); };
  return error(backstop_call(&site, invoke, const_cast<void *>(static_cast<const void *>(&function))));
}

// A thread whose function runs under a guard of its own. The guards of the thread that starts it don't reach it:
// without this, a fault there goes to the handler that was there before backstop.
//
//   static const backstop_site site = BACKSTOP_SITE("decode");
//   backstop::thread worker(site, [&] { decode(frame); });
//   if (backstop::error failed = worker.join()) { ... backstop_error_message(failed.get()) ... }
class thread {
public:
  // Throws std::system_error if there is no thread to be had.
  template <typename Function>
  thread(const backstop_site &site, Function function)
      : failed_(std::make_shared<error>()),
        thread_(
            [failed = failed_, &site, function = std::move(function)]() mutable { *failed = call(site, function); }) {}

  // Waits for the end of the thread, and answers what ended its function. Once.
  error join() {
    thread_.join();
    return std::move(*failed_);
  }

  // Nobody will ask: what ends it is dropped.
  void detach() { thread_.detach(); }

  bool joinable() const noexcept { return thread_.joinable(); }

private:
  std::shared_ptr<error> failed_;
  std::thread thread_;
};

#endif

} // namespace backstop
