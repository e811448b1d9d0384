// What ends a program on purpose: abort, assert, std::terminate, and threads of one's own that nobody guards.
#undef NDEBUG
#include "opaque.h"
#include "zoo.h"
#include <cassert>
#include <cstdlib>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace zoo {

// A constructor that lets a virtual function be called when the heir's is not in place yet. With external
// linkage: of types that it sees all of, a compiler knows that only the heir's can be meant.
struct Shape {
  Shape();
  virtual ~Shape() = default;
  virtual double area() const = 0;
};

__attribute__((noinline)) double measure(Shape *shape) { return opaque(shape)->area(); }

Shape::Shape() { measure(this); }

struct Square : Shape {
  double area() const override { return 1.0; }
};

namespace {

struct ThrowsWhenGone {
  ~ThrowsWhenGone() noexcept(false) { throw std::logic_error("out of a destructor"); }
};

void let_nothing_out() noexcept { throw_runtime_error(); }

} // namespace

void call_abort() { std::abort(); }

void failed_assert() {
  int animals = opaque(0);
  assert(animals > 0 && "an empty zoo");
}

namespace {

template <typename... Animals> void count_to_none() { assert(sizeof...(Animals) < opaque(1u) && "a full zoo"); }

} // namespace

// The function's name alone has more than a thousand characters.
void failed_long_assert() {
  using Cages = std::map<std::string, std::vector<std::string>>;
  count_to_none<Cages, Cages>();
}

void call_terminate() { std::terminate(); }

void rethrow_nothing() { throw; }

void throw_through_noexcept() { let_nothing_out(); }

void throw_from_destructor() {
  ThrowsWhenGone local;
  throw std::runtime_error("the first of two");
}

void drop_joinable_thread() {
  std::thread forgotten([] {});
}

void pure_virtual_call() { Square(); }

void fault_on_thread_of_its_own() { std::thread(null_write).join(); }

void throw_on_thread_of_its_own() { std::thread(throw_runtime_error).join(); }

} // namespace zoo
