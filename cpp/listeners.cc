#include "listeners.h"
#include "call_list.h"
#include "install.h"
#include "runtime_code.h"

namespace backstop {
namespace runtime {
namespace {

CallList<backstop_listener> listeners;

} // namespace

void visit_listeners(void (*visit)(backstop_listener listener, void *data, void *context), void *context) {
  listeners.visit_until([=](backstop_listener listener, void *data) {
    visit(listener, data, context);
    return false;
  });
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

BACKSTOP_RUNTIME_CODE int backstop_add_listener(backstop_listener listener, void *data, int32_t priority) noexcept {
  return install_with_defaults() && listeners.add(listener, data, priority);
}

BACKSTOP_RUNTIME_CODE int backstop_remove_listener(backstop_listener listener, void *data) noexcept {
  return listeners.remove(listener, data);
}
