#include "copies.h"
#include "altstack.h"
#include "chain.h"
#include "cleanup.h"
#include "fault_handlers.h"
#include "forward.h"
#include "handler.h"
#include "notes.h"
#include "stack.h"
#include "terminate.h"
#include <dlfcn.h>

#ifndef BACKSTOP_COPY_VERSION
#define BACKSTOP_COPY_VERSION 1 // of all that copies see of each other: Copy, backstop_fault, the handlers' contract
#endif

namespace backstop {
namespace runtime {
namespace {

// A fault of what is being read carefully is this copy's own, whatever barriers it is read through; and what is too
// deep to be kept may not be left by another. Both count as further in than any frame.
constexpr uintptr_t innermost = 1;

Entry newest() noexcept {
  if (thread.escape != nullptr || thread.depth > thread.capacity) {
    return {innermost, false};
  }
  const Point *top = chain_top();
  return top != nullptr ? Entry{top->stack_pointer, top->site == nullptr} : Entry{0, false};
}

const backstop_site *newest_guard() noexcept {
  const uint32_t kept = thread.depth < thread.capacity ? thread.depth : thread.capacity;
  for (uint32_t index = kept; index > 0; --index) {
    if (thread.points[index - 1].site != nullptr) {
      return thread.points[index - 1].site;
    }
  }
  return nullptr;
}

} // namespace
} // namespace runtime
} // namespace backstop

using namespace backstop::runtime;

extern "C" {
__attribute__((used, visibility("hidden"))) Copy backstop_v0_copy = {BACKSTOP_COPY_VERSION,
                                                                     {0},
                                                                     {nullptr},
                                                                     {nullptr}, //
                                                                     newest,
                                                                     newest_guard,
                                                                     handle,
                                                                     handle_terminate,
                                                                     on_terminate,
                                                                     renew_alternate_stack,
                                                                     drop_deferred, //
                                                                     0,
                                                                     ask_fault_handlers,
                                                                     add_fault_handler,
                                                                     remove_fault_handler,
                                                                     is_fatal,
                                                                     forward,
                                                                     list_handlers};
}

// By which other copies find it: the distance from here.
__asm__(".pushsection .note.backstop, \"a\", %note\n"
        ".balign 4\n"
        ".4byte 9, 4, 3\n" // the length of the name with its NUL, that of the contents, the type
        ".asciz \"backstop\"\n"
        ".balign 4\n"
        ".4byte backstop_v0_copy - .\n"
        ".popsection\n");

namespace backstop {
namespace runtime {
namespace {

Copy &own = backstop_v0_copy;

// Whether the module has these bytes as data that it writes.
bool is_data(const dl_phdr_info &info, uintptr_t begin, size_t size) {
  for (size_t index = 0; index < info.dlpi_phnum; ++index) {
    const ElfW(Phdr) &header = info.dlpi_phdr[index];
    const uintptr_t start = info.dlpi_addr + header.p_vaddr;
    if (header.p_type == PT_LOAD && (header.p_flags & PF_W) != 0 && begin >= start && begin - start <= header.p_memsz &&
        size <= header.p_memsz - (begin - start)) {
      return true;
    }
  }
  return false;
}

constexpr size_t head_size = offsetof(Copy, first);

// Calls visit(copy) for each other copy that is loaded. Only the head of one that is of another version is there.
template <typename Visit> void visit_others(Visit visit) {
  const auto visit_module = [](dl_phdr_info *info, size_t, void *data) {
    visit_notes(*info, "backstop", [&](uint32_t type, const char *contents, size_t size) {
      int32_t distance;
      if (type != note_has_runtime || size != sizeof(distance)) {
        return;
      }
      std::memcpy(&distance, contents, sizeof(distance));
      const uintptr_t at = reinterpret_cast<uintptr_t>(contents) + static_cast<uintptr_t>(intptr_t(distance));
      auto *copy = reinterpret_cast<Copy *>(at);
      if (copy != &own && is_data(*info, at, head_size) &&
          (copy->version != own.version || is_data(*info, at, sizeof(Copy)))) {
        (*static_cast<Visit *>(data))(*copy);
      }
    });
    return 0;
  };
  dl_iterate_phdr(visit_module, &visit);
}

// Calls function() while no other copy does the same, and no module comes or goes. glibc holds the loader's lock,
// which the same thread may take again, during the callback.
template <typename Function> void call_alone(Function function) {
  const auto run = [](dl_phdr_info *, size_t, void *data) {
    (*static_cast<Function *>(data))();
    return 1; // once is enough
  };
  dl_iterate_phdr(run, &function);
}

// Null if none is installed.
Copy *find_first() {
  Copy *found = nullptr;
  visit_others([&](Copy &copy) { found = copy.is_first.load() != 0 ? &copy : found; });
  return found;
}

Copy *other_version;

Joining join(Copy &first) {
  if (first.version != own.version) {
    other_version = &first;
    return Joining::is_other_version;
  }
  own.next = first.next.load();
  own.first = &first;
  first.next = &own; // complete: a signal handler may find it from now on
  return Joining::has_joined;
}

Joining lead(uint64_t signals) {
  own.signals = signals;
  own.first = &own; // before there are signals
  if (!take_over(signals, on_signal)) {
    own.first = nullptr;
    return Joining::refused;
  }
  own.is_first = 1;
  visit_others([](Copy &copy) {
    if (copy.version == own.version) {
      copy.first = &own; // for its barriers, before it has any reason to look itself
    }
  });
  return Joining::is_first;
}

const char *module_of(const void *address) noexcept {
  Dl_info where;
  return dladdr(address, &where) != 0 && where.dli_fname != nullptr ? where.dli_fname : "?";
}

// Those that may have entries on this thread's stack.
template <typename Visit> void visit_installed(Visit visit) noexcept {
  for (const Copy *copy = own.first.load(); copy != nullptr; copy = copy->next.load()) {
    visit(*copy);
  }
}

} // namespace

Joining lead_or_join(uint64_t signals) noexcept {
  Joining joining = Joining::refused;
  call_alone([&] {
    Copy *first = find_first();
    joining = first != nullptr ? join(*first) : lead(signals);
  });
  return joining;
}

const char *module_of_this() noexcept { return module_of(&own); }

const char *module_of_first() noexcept { return module_of(other_version); }

const Copy &first_copy() noexcept { return *own.first.load(); }

const Copy *innermost_copy() noexcept {
  const Copy *found = nullptr;
  uintptr_t lowest = UINTPTR_MAX;
  visit_installed([&](const Copy &copy) {
    const Entry entry = copy.newest();
    if (entry.stack_pointer != 0 && entry.stack_pointer < lowest) {
      found = &copy;
      lowest = entry.stack_pointer;
    }
  });
  return found;
}

bool is_innermost_copy() noexcept {
  const Copy *innermost = innermost_copy();
  return innermost == nullptr || innermost == &own;
}

const backstop_site *guard_of_others() noexcept {
  const backstop_site *found = nullptr;
  visit_installed([&](const Copy &copy) {
    if (&copy != &own && found == nullptr) {
      found = copy.newest_guard();
    }
  });
  return found;
}

bool is_behind_barrier_of_others(uintptr_t stack_pointer) noexcept {
  bool is_behind = false;
  visit_installed([&](const Copy &copy) {
    const Entry entry = &copy != &own ? copy.newest() : Entry{0, false};
    is_behind = is_behind || (entry.is_barrier && entry.stack_pointer < stack_pointer);
  });
  return is_behind;
}

namespace {

// Whether another copy is installed, this one being so or not.
bool has_others() noexcept {
  static std::atomic<bool> has_looked; // those that are installed later tell
  if (own.first.load() == nullptr && !has_looked.load()) {
    call_alone([] {
      Copy *first = find_first();
      if (first != nullptr && first->version == own.version) {
        own.first = first;
      }
      has_looked = true;
    });
  }
  const Copy *first = own.first.load();
  return first != nullptr && (first != &own || first->next.load() != nullptr);
}

} // namespace

bool prepare_for_others() noexcept {
  if (is_prepared() || !has_others()) {
    return false;
  }
  prepare_thread();
  return is_on_stack();
}

void renew_alternate_stacks_of_others(const void *gone) noexcept {
  visit_installed([=](const Copy &copy) {
    if (&copy != &own) {
      copy.renew_alternate_stack(gone);
    }
  });
}

uint32_t drop_deferred_of_others(uintptr_t stack_pointer) noexcept {
  uint32_t count = 0;
  visit_installed([&](const Copy &copy) { count += &copy != &own ? copy.drop_deferred(stack_pointer) : 0; });
  return count;
}

bool is_ours(std::terminate_handler handler) noexcept {
  bool is_found = false;
  visit_installed([&](const Copy &copy) { is_found = is_found || copy.on_terminate == handler; });
  return is_found;
}

} // namespace runtime
} // namespace backstop
