// A list that signal handlers read while others change it: nodes are only ever pushed to its front and are
// never freed. A removed one is marked and skipped. Adding and removing is for a program's start and end, so
// what stays behind is little.
#include "listeners.h"
#include "install.h"
#include <atomic>
#include <new>

namespace backstop {
namespace runtime {
namespace {

struct Listener {
  backstop_handler handler;
  void *data;
  Listener *next;
  std::atomic<bool> removed;
};

std::atomic<Listener *> newest;

} // namespace

backstop_answer ask_listeners(const backstop_fault &fault, void *info, void *context) noexcept {
  for (Listener *listener = newest.load(std::memory_order_acquire); listener != nullptr; listener = listener->next) {
    if (!listener->removed.load(std::memory_order_acquire)) {
      const backstop_answer answer = listener->handler(&fault, info, context, listener->data);
      if (answer != BACKSTOP_CONTINUE) {
        return answer;
      }
    }
  }
  return BACKSTOP_CONTINUE;
}

} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

int backstop_add_handler(backstop_handler handler, void *data) noexcept {
  if (!install_with_defaults()) {
    return 0;
  }
  auto *listener = new (std::nothrow) Listener{handler, data, newest.load(), {false}};
  if (listener == nullptr) {
    return 0;
  }
  while (!newest.compare_exchange_weak(listener->next, listener)) {
  }
  return 1;
}

int backstop_remove_handler(backstop_handler handler, void *data) noexcept {
  for (Listener *listener = newest.load(); listener != nullptr; listener = listener->next) {
    bool present = false;
    if (listener->handler == handler && listener->data == data &&
        listener->removed.compare_exchange_strong(present, true)) {
      return 1;
    }
  }
  return 0;
}
