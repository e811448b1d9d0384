// backstop for C++11 and later: what backstop.h offers, with scopes. With C++17 there are guarded calls of any function
// with what it returns, guarded threads, and what is released on a jump, too.
#pragma once

#include "backstop/backstop.h"

#if __cplusplus >= 201703L
#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <thread>
#include <type_traits>
#include <utility>
#endif

namespace backstop {

// While it lives, code of another language runs on this thread: a fault there is not recovered by the guards
// around it. `name` appears in the message that ends the process and must outlive the barrier.
//
//   const backstop::barrier barrier("on_event");
//   on_event(user_data);
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

// ---- Guarded calls ----

// The site of a guarded call that is made here, for those that have no need of a static of their own.
#define BACKSTOP_HERE(name)                                                                                            \
  ([]() -> const backstop_site & {                                                                                     \
    static constexpr backstop_site backstop_here = BACKSTOP_SITE(name);                                                \
    return backstop_here;                                                                                              \
  }())

struct error_deleter {
  void operator()(backstop_error *error) const noexcept { backstop_error_free(error); }
};

// What ended a guarded call; empty if it returned.
using error = std::unique_ptr<backstop_error, error_deleter>;

namespace detail {

// Room for what a guarded call returns. Whether there is anything in it is known to the result.
template <typename T> class slot {
public:
  slot() noexcept {}
  ~slot() {}
  template <typename Function> void fill(Function &function) { ::new (place()) std::remove_cv_t<T>(function()); }
  void take(slot &other) { ::new (place()) std::remove_cv_t<T>(std::move(other.value_)); }
  void clear() noexcept { value_.~T(); }
  T &get() noexcept { return value_; }
  const T &get() const noexcept { return value_; }

private:
  void *place() noexcept { return const_cast<void *>(static_cast<const volatile void *>(&value_)); }
  union {
    T value_;
  };
};

template <typename T> class slot<T &> {
public:
  template <typename Function> void fill(Function &function) { value_ = std::addressof(function()); }
  void take(slot &other) noexcept { value_ = other.value_; }
  void clear() noexcept {}
  T &get() const noexcept { return *value_; }

private:
  T *value_ = nullptr;
};

template <> class slot<void> {
public:
  template <typename Function> void fill(Function &function) { static_cast<void>(function()); }
  void take(slot &) noexcept {}
  void clear() noexcept {}
  void get() const noexcept {}
};

} // namespace detail

// What a guarded call came to: what the function returned, or else the error. The value is there only if the function
// has returned: one that faults leaves none behind, not even half of one.
//
//   const auto frame = backstop::call(BACKSTOP_HERE("decode"), [&] { return decode(bytes); });
//   if (!frame) {
//     std::cerr << backstop_error_message(frame.error().get()) << '\n';
//     return;
//   }
//   show(*frame);
template <typename T> class [[nodiscard]] result {
  static_assert(!std::is_rvalue_reference_v<T>, "a guarded call returns values, references and void");

public:
  result(result &&other) noexcept(!std::is_object_v<T> || std::is_nothrow_move_constructible_v<T>)
      : error_(std::move(other.error_)), has_value_(other.has_value_) {
    if (has_value_) {
      value_.take(other.value_);
    }
  }
  result &operator=(result &&) = delete;
  ~result() {
    if (has_value_) {
      value_.clear();
    }
  }

  // Whether the function returned.
  explicit operator bool() const noexcept { return has_value_; }

  // What it returned. Only if it did.
  decltype(auto) operator*() & noexcept { return value_.get(); }
  decltype(auto) operator*() const & noexcept { return value_.get(); }
  T operator*() && { return moved(); }
  auto operator->() noexcept { return std::addressof(value_.get()); }
  auto operator->() const noexcept { return std::addressof(value_.get()); }

  // What it returned; if it didn't, rethrow().
  decltype(auto) value() & {
    require();
    return value_.get();
  }
  T value() && {
    require();
    return moved();
  }

  // What it returned, or else this.
  template <typename Other> T value_or(Other &&other) const & {
    return has_value_ ? value_.get() : static_cast<T>(std::forward<Other>(other));
  }
  template <typename Other> T value_or(Other &&other) && {
    return has_value_ ? moved() : static_cast<T>(std::forward<Other>(other));
  }

  // What ended it; empty if it returned.
  const backstop::error &error() const & noexcept { return error_; }
  backstop::error error() && noexcept { return std::move(error_); }

  // Throws the very exception that ended it, or for anything else a std::runtime_error with the message, and gives the
  // error up. Only if there is one.
  [[noreturn]] void rethrow() { backstop_error_rethrow(error_.release()); }

private:
  template <typename Function> friend auto call(const backstop_site &site, Function &&function);

  template <typename Function> result(const backstop_site &site, Function &function) {
    struct context {
      detail::slot<T> &value;
      Function &function;
    } made = {value_, function};
    const auto make = [](void *data) {
      const auto &made = *static_cast<context *>(data);
      made.value.fill(made.function);
    };
    error_.reset(backstop_call(&site, make, &made));
    has_value_ = error_ == nullptr;
  }

  T moved() {
    if constexpr (std::is_object_v<T>) {
      return std::move(value_.get());
    } else {
      return value_.get();
    }
  }

  void require() {
    if (!has_value_) {
      rethrow();
    }
  }

  detail::slot<T> value_;
  backstop::error error_;
  bool has_value_ = false;
};

// Calls function() under a guard. The site must outlive the error: make it static, or use BACKSTOP_HERE.
template <typename Function> auto call(const backstop_site &site, Function &&function) {
  return result<decltype(function())>(site, function);
}

// Sets a deadline for the guarded calls that this thread makes while it lives, besides those that their sites have: see
// backstop_deadline_enter. For the stack.
//
//   const backstop::deadline soon(std::chrono::milliseconds(50));
class deadline {
public:
  explicit deadline(std::chrono::nanoseconds allowed) noexcept
      : previous_(backstop_deadline_enter(static_cast<uint64_t>(allowed.count()))) {}
  ~deadline() { backstop_deadline_leave(previous_); }
  deadline(const deadline &) = delete;
  deadline &operator=(const deadline &) = delete;

private:
  uint64_t previous_;
};

// Keeps the call around it from being interrupted while it lives: see backstop_hold. What is due meanwhile happens as
// it goes, and so its destructor may do what throw does. For the stack.
class hold {
public:
  hold() noexcept { backstop_hold(); }
  ~hold() noexcept(false) { backstop_release(); }
  hold(const hold &) = delete;
  hold &operator=(const hold &) = delete;
};

// A thread whose function runs under a guard of its own. The guards of the thread that starts it don't reach it:
// without this, a fault there goes to the handler that was there before backstop.
//
//   backstop::thread worker(BACKSTOP_HERE("decode"), [&] { decode(frame); });
//   if (backstop::error failed = worker.join()) { ... backstop_error_message(failed.get()) ... }
class thread {
public:
  // Throws std::system_error if there is no thread to be had.
  template <typename Function>
  thread(const backstop_site &site, Function function)
      : failed_(std::make_shared<error>()),
        thread_([failed = failed_, &site, function = std::move(function)]() mutable {
          *failed = call(site, [&] { static_cast<void>(function()); }).error();
        }) {}

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

// ---- What is released on a jump, too ----

// For the stack: each belongs to the scope that it is a variable of. What it does on a jump is done under a guard of
// its own, once, newest first. It sees variables as they are in memory, where the compiler may not have stored yet what
// the code that faulted has just assigned.

namespace detail {

// Has object->run() called on a jump, unless it is cancelled first.
class deferred {
public:
  template <typename Object>
  explicit deferred(Object *object) noexcept : deferred_(backstop_defer_in(object, run<Object>, object)) {}
  deferred(const deferred &) = delete;
  deferred &operator=(const deferred &) = delete;

  // False if it has been called: of an object that is not on the stack, before its destructor.
  bool cancel() const noexcept {
    backstop_cancel(deferred_);
    return !has_run_;
  }

private:
  template <typename Object> static void run(void *data) {
    auto &object = *static_cast<Object *>(data);
    object.deferred_.has_run_ = true; // first: what faults in it is not to run again
    object.run();
  }

  volatile bool has_run_ = false;
  uint32_t deferred_;
};

} // namespace detail

// Calls function() at the end of the scope, whichever way that is left: also by an unwinding or a jump.
//
//   FILE *file = std::fopen(path, "r");
//   const backstop::defer close([&] { std::fclose(file); });
template <typename Function> class defer {
public:
  explicit defer(Function function) : function_(std::move(function)), deferred_(this) {}
  ~defer() {
    if (deferred_.cancel()) { // first: what faults in it is not to run again
      run();
    }
  }
  defer(const defer &) = delete;
  defer &operator=(const defer &) = delete;

private:
  friend class detail::deferred;
  void run() { function_(); }

  Function function_;
  detail::deferred deferred_;
};

// As std::lock_guard.
//
//   const backstop::lock_guard lock(mutex);
template <typename Mutex> class lock_guard {
public:
  explicit lock_guard(Mutex &mutex) : mutex_((mutex.lock(), mutex)), deferred_(this) {}
  ~lock_guard() {
    if (deferred_.cancel()) {
      run();
    }
  }
  lock_guard(const lock_guard &) = delete;
  lock_guard &operator=(const lock_guard &) = delete;

private:
  friend class detail::deferred;
  void run() { mutex_.unlock(); }

  Mutex &mutex_;
  detail::deferred deferred_;
};

// As std::unique_ptr, but that it stays where it is.
//
//   backstop::holder<Image> image(load(path));
//   backstop::holder<FILE, int (*)(FILE *)> file(std::fopen(path, "r"), std::fclose);
template <typename T, typename Deleter = std::default_delete<T>> class holder {
public:
  explicit holder(T *pointer = nullptr, Deleter deleter = Deleter())
      : pointer_(pointer), deleter_(std::move(deleter)), deferred_(this) {}
  ~holder() {
    deferred_.cancel();
    run();
  }
  holder(const holder &) = delete;
  holder &operator=(const holder &) = delete;

  T *get() const noexcept { return pointer_; }
  T &operator*() const noexcept { return *pointer_; }
  T *operator->() const noexcept { return pointer_; }
  explicit operator bool() const noexcept { return pointer_ != nullptr; }

  // Gives the object up, to be deleted by others.
  T *release() noexcept { return exchange(nullptr); }

  // Holds this one from now on, and deletes the other.
  void reset(T *pointer = nullptr) { destroy(exchange(pointer)); }

private:
  friend class detail::deferred;
  void run() { destroy(exchange(nullptr)); }

  void destroy(T *pointer) {
    if (pointer != nullptr) {
      deleter_(pointer);
    }
  }

  // Volatile and fenced, for a fault may come at any instruction, and the compiler sees none.
  T *exchange(T *pointer) noexcept {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    T *const previous = pointer_;
    pointer_ = pointer;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return previous;
  }

  T *volatile pointer_;
  Deleter deleter_;
  detail::deferred deferred_;
};

#endif

} // namespace backstop
