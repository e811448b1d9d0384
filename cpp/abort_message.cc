// glibc leaves the message for crash dumps in __abort_msg, in pages of its own. The symbol is private
// (GLIBC_PRIVATE), but it has been this since 2.14; where it is missing, so are messages.
#include "abort_message.h"
#include <atomic>
#include <dlfcn.h>
#include <sys/mman.h>

namespace backstop {
namespace runtime {

struct AbortMessage {
  unsigned int mapped_size;
  char text[1];
};

namespace {

std::atomic<AbortMessage *> *slot;
static_assert(sizeof(*slot) == sizeof(AbortMessage *) && std::atomic<AbortMessage *>::is_always_lock_free,
              "the atomic overlays glibc's pointer");

} // namespace

void prepare_abort_messages() noexcept {
#ifdef __GLIBC__
  slot = static_cast<std::atomic<AbortMessage *> *>(dlvsym(RTLD_DEFAULT, "__abort_msg", "GLIBC_PRIVATE"));
#endif
}

bool aborts_are_explained() noexcept {
#ifdef __GLIBC__
  return slot != nullptr;
#else
  return true; // musl's allocator doesn't abort
#endif
}

AbortMessage *take_abort_message() noexcept { return slot != nullptr ? slot->exchange(nullptr) : nullptr; }

const char *text_of(const AbortMessage *message) noexcept { return message != nullptr ? message->text : nullptr; }

void give_back(AbortMessage *message) noexcept {
  AbortMessage *none = nullptr;
  if (message != nullptr && !slot->compare_exchange_strong(none, message)) {
    release(message); // another thread has a newer one
  }
}

void release(AbortMessage *message) noexcept {
  if (message != nullptr) {
    munmap(message, message->mapped_size);
  }
}

} // namespace runtime
} // namespace backstop
