// What faults, and whether the frames that it faults in may be left.
#include "backstop/vouched.h"
#include "rows.h"
#include <cassert>
#include <cstdlib>
#include <exception>

ROW(null_read_in_leaf, "read through null, under four frames with an object each and a lock") {
  within<3>([] {
    const std::lock_guard<std::mutex> lock(mutex);
    const Counted object;
    null_read();
    went_on();
  });
}

namespace {

FRAME int read_quietly(const volatile int *from) noexcept(false) { return *from; }

template <int Frames> FRAME int hold_quietly(const volatile int *from) noexcept(false) {
  const Quiet object;
  if constexpr (Frames > 1) {
    return hold_quietly<Frames - 1>(from) + 1;
  } else {
    return read_quietly(from) + 1;
  }
}

} // namespace

ROW(null_read_in_quiet_code, "read through null, in functions that plainly call nothing that throws") {
  hold_quietly<4>(opaque<int *>(nullptr));
  went_on();
}

ROW(null_write, "write through null, in a frame with an object") {
  within<4>([] { *opaque<volatile int *>(nullptr) = 1; });
}

ROW(divide_by_zero, "division by zero") {
  within<4>([] {
    const volatile int quotient = opaque(1) / opaque(0);
    (void)quotient;
  });
}

ROW(builtin_trap, "`__builtin_trap`") {
  within<4>([] { __builtin_trap(); });
}

ROW(call_of_abort, "`abort`") {
  within<4>([] { std::abort(); });
}

ROW(failed_assert, "failed `assert`") {
  within<4>([] { assert(opaque(1) == 2); });
}

ROW(call_of_terminate, "`std::terminate`") {
  within<4>([] { std::terminate(); });
}

namespace {

FRAME void throw_number() { throw 1; }

FRAME void leaf_without_exceptions() noexcept {
  const Counted object;
  null_read();
  went_on();
}

FRAME void middle_without_exceptions() noexcept {
  const Counted object;
  within<2>(null_read);
  went_on();
}

FRAME void throw_where_none_may_pass() noexcept {
  const Counted object;
  within<2>(throw_number);
  went_on();
}

} // namespace

ROW(noexcept_leaf, "read through null in a `noexcept` function with an object") { within<3>(leaf_without_exceptions); }

ROW(noexcept_in_the_middle, "read through null under a `noexcept` function with an object") {
  within<3>(middle_without_exceptions);
}

ROW(throw_through_noexcept, "throw through `noexcept`") { within<3>(throw_where_none_may_pass); }

namespace {

struct Inlined {
  Counted object;
  INLINED explicit Inlined(int depth) {
    if (opaque(depth) == 0) {
      null_read();
    }
  }
  INLINED ~Inlined() {}
};

INLINED void innermost_inlined() {
  const Counted object;
  const Inlined constructed(0);
  went_on();
}

INLINED void inlined() {
  const Counted object;
  innermost_inlined();
  went_on();
}

} // namespace

ROW(inlined_frames, "read through null in a constructor, all inlined into one frame") {
  within<1>([] {
    inlined();
    went_on();
  });
}

ROW(virtual_call_through_null, "virtual call through null") {
  within<4>([] { opaque<Virtual *>(nullptr)->call(); });
}

namespace {

uintptr_t data[4];

void jump_to(uintptr_t address) {
  within<4>([=] { reinterpret_cast<void (*)()>(opaque(address))(); });
}

} // namespace

ROW(call_of_null, "call through null") { jump_to(0); }

namespace {

FRAME void call_quietly(void (*function)() noexcept) {
  const Counted outer;
  {
    const Counted inner;
    function();
  }
  went_on();
}

} // namespace

ROW(call_of_null_noexcept, "call through null, of what is declared `noexcept`") {
  within<2>([] { call_quietly(reinterpret_cast<void (*)() noexcept>(opaque<uintptr_t>(0))); });
}

ROW(call_of_0x10, "call of the address 0x10") { jump_to(0x10); }

ROW(call_of_data, "call of static data") { jump_to(reinterpret_cast<uintptr_t>(data)); }

ROW(call_of_the_heap, "call of an address in the heap") {
  static void *const block = std::malloc(64);
  jump_to(reinterpret_cast<uintptr_t>(block));
}

ROW(call_of_the_stack, "call of an address in the stack") {
  uintptr_t local[4] = {};
  jump_to(reinterpret_cast<uintptr_t>(opaque(&local[0])));
}

ROW(noncanonical_call, "call of an address that none can be") { jump_to(0x4141414141414141); }
