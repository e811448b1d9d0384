// Who called for an abort or std::terminate tells why: the functions on the stack, each asked in turn.
#undef NDEBUG
#define _GLIBCXX_ASSERTIONS
#include "../../cpp/kind.h"
#include "check.h"
#include <cassert>
#include <csignal>
#include <exception>
#include <unwind.h>
#include <vector>

using backstop::runtime::refine;

template <typename Value> __attribute__((noinline)) Value opaque(Value value) {
  __asm__ volatile("" : "+r"(value) : : "memory");
  return value;
}

// With external linkage: of types that it sees all of, a compiler knows that only the heir's function can be meant.
struct Shape {
  Shape();
  virtual ~Shape() = default;
  virtual void draw() = 0;
};
__attribute__((noinline)) void show(Shape *shape) { opaque(shape)->draw(); }
Shape::Shape() { show(this); }
struct Square : Shape {
  void draw() override {}
};

namespace {

// Ends the process with the kind that the stack tells.
void answer(backstop_fault_kind kind) {
  const auto ask = [](_Unwind_Context *context, void *data) {
    auto *so_far = static_cast<backstop_fault_kind *>(data);
    *so_far = refine(*so_far, _Unwind_GetRegionStart(context));
    return _URC_NO_REASON;
  };
  _Unwind_Backtrace(ask, &kind);
  _Exit(kind);
}

backstop_fault_kind kind_told_by(void (*end)()) {
  fflush(stderr);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    std::signal(SIGABRT, [](int) { answer(BACKSTOP_FAULT_ABORT); });
    std::set_terminate([] { answer(BACKSTOP_FAULT_TERMINATE); });
    end();
    _Exit(255);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
  return WEXITSTATUS(status);
}

void call_pure_virtual() { Square(); }
void fail_library_assertion() { opaque(std::vector<short>(3)[opaque(size_t(3))]); }
void fail_assertion() { assert(opaque(0) == 1); }

} // namespace

extern "C" [[noreturn]] void __stack_chk_fail();
extern "C" [[noreturn]] void __chk_fail();

int main() {
  backstop::runtime::prepare_kinds();
  CHECK(kind_told_by(call_pure_virtual) == BACKSTOP_FAULT_PURE_VIRTUAL_CALL);
  CHECK(kind_told_by(fail_library_assertion) == BACKSTOP_FAULT_LIBRARY_ASSERTION);
  CHECK(kind_told_by(std::abort) == BACKSTOP_FAULT_ABORT);
  CHECK(kind_told_by(std::terminate) == BACKSTOP_FAULT_TERMINATE);
#ifdef __GLIBC__
  CHECK(kind_told_by(fail_assertion) == BACKSTOP_FAULT_ASSERTION);
  CHECK(kind_told_by([] { __stack_chk_fail(); }) == BACKSTOP_FAULT_STACK_SMASHING);
  CHECK(kind_told_by([] { __chk_fail(); }) == BACKSTOP_FAULT_FORTIFY);
#endif
  // What is known is not unsaid, and no function is none of them.
  CHECK(refine(BACKSTOP_FAULT_NULL_DEREFERENCE, 0) == BACKSTOP_FAULT_NULL_DEREFERENCE);
  CHECK(refine(BACKSTOP_FAULT_ABORT, 0) == BACKSTOP_FAULT_ABORT);
}
