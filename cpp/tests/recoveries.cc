// What becomes of the frames between a fault and its guard. (docs/recovery.md has the whole of it.)
#include "support.h"
#include <mutex>

TEST_SUITE_BEGIN("recoveries");

namespace {

std::mutex mutex;
int alive;

struct Counted {
  Counted() { ++alive; }
  ~Counted() { --alive; }
};

__attribute__((noinline)) void hold_and_fault() {
  const std::lock_guard<std::mutex> lock(mutex);
  const Counted counted;
  fault();
}

bool is_free(std::mutex &lock) {
  const bool locked = lock.try_lock();
  lock.unlock(); // also where the fault left it locked, for the next test
  return locked;
}

} // namespace

// Other compilers have no tables for it; on RISC-V nothing is unwound.
#if defined(__clang__) || defined(__riscv)
constexpr bool is_unwound_whole = false;
#else
constexpr bool is_unwound_whole = true;
#endif

TEST_CASE("in code that is vouched for, destructors run and locks are released" * doctest::skip(!is_unwound_whole)) {
  alive = 0;
  const Error error = guarded(hold_and_fault);
  REQUIRE(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
  const backstop_recovery &recovery = *backstop_error_recovery(error.get());
  CHECK(recovery.way == BACKSTOP_UNWIND);
  CHECK(!recovery.is_torn);
  CHECK(recovery.unwound >= 2);
  CHECK(recovery.unvouched + recovery.hopped + recovery.jumped == 0);
  CHECK(alive == 0);
  CHECK(is_free(mutex));
}

TEST_CASE("a jump leaves all as it was, and says so") {
  alive = 0;
  const Error error = guarded(jumping, hold_and_fault);
  REQUIRE(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
  const backstop_recovery &recovery = *backstop_error_recovery(error.get());
  CHECK(recovery.way == BACKSTOP_JUMP);
  CHECK(recovery.is_torn);
  CHECK(recovery.jumped >= 2);
  CHECK(alive == 1);
  CHECK(!is_free(mutex));
}

TEST_CASE("frames lead from the fault to the guard and its callers") {
  const Error error = guarded(hold_and_fault);
  is_free(mutex);
  REQUIRE(is_fault(error, BACKSTOP_FAULT_NULL_DEREFERENCE));
  const backstop_recovery &recovery = *backstop_error_recovery(error.get());
  REQUIRE(recovery.frame_count > 2);
  CHECK(recovery.frames[0].exact);
  CHECK(recovery.frames[0].instruction_pointer == backstop_error_fault(error.get())->instruction_pointer);
  CHECK(recovery.frames[0].state != BACKSTOP_FRAME_OUTSIDE);
  CHECK(recovery.frames[recovery.frame_count - 1].state == BACKSTOP_FRAME_OUTSIDE);
}

TEST_CASE("registers have names, and the fault's own values") {
  const Error error = guarded(fault);
  size_t count = 0;
  REQUIRE(backstop_error_registers(error.get(), &count) != nullptr);
  CHECK(count > 16);
  CHECK(backstop_register_name(count - 1) != nullptr);
  CHECK(backstop_register_name(count) == nullptr);
  const uint64_t *registers = backstop_error_registers(error.get(), &count);
  const backstop_fault &fault = *backstop_error_fault(error.get());
  bool has_instruction = false, has_stack = false;
  for (size_t at = 0; at < count; ++at) {
    has_instruction |= registers[at] == fault.instruction_pointer;
    has_stack |= registers[at] == fault.stack_pointer;
  }
  CHECK(has_instruction);
  CHECK(has_stack);
}

TEST_SUITE_END();
