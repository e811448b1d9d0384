// Threads of hosts: backstop_attach_thread and backstop_detach_thread.
#include "altstack.h"
#include "install.h"
#include "runtime_code.h"
#include "thread.h"

using namespace backstop::runtime;

namespace {

// What a guard that is at work counts on must stay as it is.
bool is_guarding() { return thread.depth > 0 || thread.elsewhere > 0; }

// Whether these can be the bounds of the stack that the caller runs on.
bool is_valid(const Bounds &stack) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  return (stack.low == 0 && stack.high == 0) || (stack.low <= here && here < stack.high);
}

} // namespace

BACKSTOP_RUNTIME_CODE int backstop_attach_thread(uintptr_t low, uintptr_t high) noexcept {
  const Bounds stack = {low, high};
  if (is_guarding() || !is_valid(stack) || !install_with_defaults()) {
    return 0;
  }
  if (thread.capacity > 0) {
    return set_stack(stack);
  }
  return map_thread(stack);
}

BACKSTOP_RUNTIME_CODE void backstop_detach_thread() noexcept {
  if (thread.capacity > 0 && !is_guarding()) {
    release_thread();
  }
}
