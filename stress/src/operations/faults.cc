#include "backstop-stress/src/operations/faults.h"
#include "backstop-stress/src/operations/alive.h"
#include "backstop-stress/src/operations/faults.rs.h"
#include <cstdlib>
#include <stdexcept>

namespace stress {

thread_local std::int64_t Alive::count = 0;

namespace {

volatile char *at(std::uint64_t address) { return reinterpret_cast<volatile char *>(address); }

struct StrikesWhenGone {
  std::uint64_t address;
  ~StrikesWhenGone() { opaque(*at(address)); }
};

void throw_here() { throw std::runtime_error("no further than here"); }

void let_nothing_out() noexcept {
  const Alive object;
  throw_here();
}

void strike_here(Manner manner, std::uint64_t address) {
  switch (manner) {
  case Manner::Read:
    opaque(*at(address));
    return;
  case Manner::Write:
    *at(address) = 1;
    return;
  case Manner::Call:
    opaque(reinterpret_cast<void (*)()>(address))();
    return;
  case Manner::ReadInCatch:
    try {
      const Alive object;
      throw std::runtime_error("is being handled");
    } catch (const std::runtime_error &) {
      opaque(*at(address));
    }
    return;
  case Manner::ReadInDestructor: {
    const StrikesWhenGone object{address};
    opaque(&object);
    return;
  }
  case Manner::ReadUnderCatchAll:
    try {
      opaque(*at(address));
    } catch (...) { // is no way out of a fault
    }
    return;
  case Manner::Trap:
    __builtin_trap();
  case Manner::Abort:
    std::abort();
  case Manner::Terminate:
    let_nothing_out();
    return;
  }
}

} // namespace

// Below so many frames with an object each.
void strike(Manner manner, std::uint32_t depth, std::uint64_t address) {
  const Alive object;
  if (depth == 0) {
    strike_here(manner, address);
  } else {
    strike(manner, depth - 1, address);
  }
  opaque(&object);
}

void strike_and_jump(Manner manner, std::uint32_t depth, std::uint64_t address) { strike(manner, depth, address); }

// How many objects of this thread's were not destroyed, which are forgotten then.
std::int64_t take_alive() {
  const std::int64_t count = Alive::count;
  Alive::count = 0;
  return count;
}

} // namespace stress
