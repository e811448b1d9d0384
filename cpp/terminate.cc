// std::terminate runs in ordinary context, on the thread's own stack, and while the exception that could not
// pass is still there: better to leave from here than from the abort that follows, which knows nothing of it.
// A program that sets a terminate handler after us gets its own; the abort it ends in is then recovered as
// such.
#include "terminate.h"
#include "backstop/rust.hpp"
#include "copies.h"
#include "recover.h"
#include "verdict.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <sys/syscall.h>
#include <unistd.h>

namespace backstop {
namespace runtime {
namespace {

std::terminate_handler previous;

// The exception that std::terminate is called over, unless that is one which was being handled before the guarded call.
const std::type_info *current_type() {
  const auto *globals = static_cast<const ExceptionGlobals *>(thread.exceptions);
  const bool is_older = globals->caught == chain_top()->surroundings.exceptions.caught;
  return is_older ? nullptr : abi::__cxa_current_exception_type();
}

// The library's own what() may fault; the guard takes that as the fault then, which it is. It may also throw, and so
// come back here.
void store_what(Snapshot &snapshot) {
  if (snapshot.exception == nullptr || thread.terminating) {
    return;
  }
  thread.terminating = true;
  const auto store = [&](const char *what) {
    if (what != nullptr) {
      snapshot.what.set(what);
      snapshot.has_what = true;
    }
  };
  try {
    throw;
  } catch (const std::exception &exception) {
    store(exception.what());
  } catch (const rust_panic &panic) {
    store(panic.what());
  } catch (...) {
  }
}

backstop_fault describe_here(uintptr_t stack_pointer, uintptr_t instruction_pointer) {
  backstop_fault fault = {};
  fault.size = sizeof(fault);
  fault.signal = SIGABRT; // what it would have ended in
  fault.code = SI_TKILL;
  fault.kind = BACKSTOP_FAULT_TERMINATE;
  fault.error_number = errno;
  fault.thread = static_cast<int32_t>(syscall(SYS_gettid));
  fault.system_call = -1;
  fault.instruction_pointer = instruction_pointer;
  fault.stack_pointer = stack_pointer;
  fault.stack_low = thread.stack_low;
  fault.stack_high = thread.stack_high;
  return fault;
}

// Comes back if it is not to be recovered.
void try_to_recover(uintptr_t stack_pointer, uintptr_t instruction_pointer) {
  if (Recovery *recovery = unfinished_recovery()) {
    hop_on(*recovery,
           stack_pointer); // a frame that nothing may leave by unwinding: noexcept, or a destructor that throws
  }
  const backstop_fault fault = describe_here(stack_pointer, instruction_pointer);
  Recovery *recovery = next_recovery();
  if (recovery == nullptr || judge_chain(stack_pointer, 0) != Verdict::recover) {
    return;
  }
  recovery->point = chain_top();
  recovery->walk = {};
  recovery->walk.point = recovery->point;

  recovery->walk.kind = fault.kind;
  recovery->walk.from = caller_above(stack_pointer, recovery->walk.kind);
  take(recovery->walk);
  if (judge_walk(fault, recovery->walk) != Verdict::recover) {
    return;
  }
  store(recovery->snapshot, fault);
  recovery->snapshot.fault.kind = recovery->walk.kind;
  std::memset(recovery->registers, 0, sizeof(recovery->registers));
  recovery->snapshot.exception = current_type();
  store_what(recovery->snapshot);
  thread.terminating = false;
  recover(*recovery, recovery->point->site->recover);
}

} // namespace

void handle_terminate(uintptr_t stack_pointer, uintptr_t instruction_pointer) {
  if (!thread.handling) {
    try_to_recover(stack_pointer, instruction_pointer);
  }
}

void on_terminate() {
  if (const Copy *innermost = innermost_copy()) {
    innermost->handle_terminate(end_of_frame(), reinterpret_cast<uintptr_t>(__builtin_return_address(0)));
  }
  if (previous != nullptr) {
    previous(); // ends in abort as a rule, where the same verdict is passed and printed
  }
  std::abort();
}

void take_over_terminate() noexcept {
  if (!is_ours(std::get_terminate())) { // or else another copy asks us, too
    previous = std::set_terminate(on_terminate);
  }
}

} // namespace runtime
} // namespace backstop
