#include "fault_handlers.h"
#include "call_list.h"
#include "copies.h"
#include "install.h"
#include "runtime_code.h"

namespace backstop {
namespace runtime {
namespace {

CallList<backstop_handler> handlers;

} // namespace

backstop_answer ask_fault_handlers(const backstop_fault &fault, void *info, void *context) noexcept {
  backstop_answer answer = BACKSTOP_CONTINUE;
  handlers.visit_until([&](backstop_handler handler, void *data) {
    answer = handler(&fault, info, context, data);
    return answer != BACKSTOP_CONTINUE;
  });
  return answer;
}

bool add_fault_handler(backstop_handler handler, void *data, int32_t priority) noexcept {
  return handlers.add(handler, data, priority);
}

bool remove_fault_handler(backstop_handler handler, void *data) noexcept { return handlers.remove(handler, data); }

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

BACKSTOP_RUNTIME_CODE int backstop_add_handler(backstop_handler handler, void *data, int32_t priority) noexcept {
  return install_with_defaults() && first_copy().add_fault_handler(handler, data, priority);
}

BACKSTOP_RUNTIME_CODE int backstop_remove_handler(backstop_handler handler, void *data) noexcept {
  return is_installed() && first_copy().remove_fault_handler(handler, data);
}
