// The program's own functions that are called when something happens, in an order of priority. A list that signal
// handlers read while others change it: nodes are only ever linked in and are never freed. A removed one is marked and
// skipped. Adding and removing is for a program's start and end, so what stays behind is little.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>

namespace backstop {
namespace runtime {

template <typename Function> class CallList {
public:
  // False if there is no memory.
  bool add(Function function, void *data, int32_t priority) noexcept {
    auto *entry = new (std::nothrow) Entry{function, data, priority, {nullptr}, {false}};
    if (entry == nullptr) {
      return false;
    }
    const std::lock_guard<std::mutex> lock(adding_);
    std::atomic<Entry *> *place = &first_;
    while (place->load() != nullptr && place->load()->priority > priority) {
      place = &place->load()->next;
    }
    entry->next = place->load();
    *place = entry; // complete: who reads it finds the rest of the list behind it
    return true;
  }

  // The newest such pair of the highest priority. False if there is none.
  bool remove(Function function, void *data) noexcept {
    for (Entry *entry = first_.load(); entry != nullptr; entry = entry->next) {
      bool present = false;
      if (entry->function == function && entry->data == data && entry->removed.compare_exchange_strong(present, true)) {
        return true;
      }
    }
    return false;
  }

  // Calls visit(function, data) for each, the highest priority first, of equal ones the newest, until it answers true.
  // Async-signal-safe.
  template <typename Visit> void visit_until(Visit visit) const {
    for (const Entry *entry = first_.load(std::memory_order_acquire); entry != nullptr; entry = entry->next) {
      if (!entry->removed.load(std::memory_order_acquire) && visit(entry->function, entry->data)) {
        return;
      }
    }
  }

private:
  struct Entry {
    Function function;
    void *data;
    int32_t priority;
    std::atomic<Entry *> next;
    std::atomic<bool> removed;
  };

  std::atomic<Entry *> first_{nullptr};
  std::mutex adding_; // never taken by those who read
};

} // namespace runtime
} // namespace backstop
