// A list, in the order of asking, that signal handlers read while others change it: nodes are only ever linked in and
// are never freed. A removed one is marked and skipped. Adding and removing is for a program's start and end, so
// what stays behind is little.
#include "fault_handlers.h"
#include "install.h"
#include <atomic>
#include <mutex>
#include <new>

namespace backstop {
namespace runtime {
namespace {

struct FaultHandler {
  backstop_handler handler;
  void *data;
  int32_t priority;
  std::atomic<FaultHandler *> next;
  std::atomic<bool> removed;
};

std::atomic<FaultHandler *> first;
std::mutex adding; // never taken by those who read

} // namespace

backstop_answer ask_fault_handlers(const backstop_fault &fault, void *info, void *context) noexcept {
  for (FaultHandler *entry = first.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
    if (!entry->removed.load(std::memory_order_acquire)) {
      const backstop_answer answer = entry->handler(&fault, info, context, entry->data);
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

int backstop_add_handler(backstop_handler handler, void *data, int32_t priority) noexcept {
  if (!install_with_defaults()) {
    return 0;
  }
  auto *entry = new (std::nothrow) FaultHandler{handler, data, priority, {nullptr}, {false}};
  if (entry == nullptr) {
    return 0;
  }
  const std::lock_guard<std::mutex> lock(adding);
  std::atomic<FaultHandler *> *place = &first;
  while (place->load() != nullptr && place->load()->priority > priority) {
    place = &place->load()->next;
  }
  entry->next = place->load();
  *place = entry; // complete: who reads it finds the rest of the list behind it
  return 1;
}

int backstop_remove_handler(backstop_handler handler, void *data) noexcept {
  for (FaultHandler *entry = first.load(); entry != nullptr; entry = entry->next) {
    bool present = false;
    if (entry->handler == handler && entry->data == data && entry->removed.compare_exchange_strong(present, true)) {
      return 1;
    }
  }
  return 0;
}
