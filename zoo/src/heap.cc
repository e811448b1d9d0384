// A heap in disorder, as glibc's allocator finds it.
#include "opaque.h"
#include "zoo.h"
#include <cstdlib>
#include <cstring>
#include <thread>
#include <unistd.h>

namespace zoo {
namespace {

// Blocks above this size are not kept by the thread's own cache, but go to the arena, under its lock.
constexpr std::size_t beyond_cache = 5000;

// With a second thread in the process the allocator takes its locks.
void have_company() {
  static const bool once = (std::thread([] {
                              for (;;)
                                pause();
                            }).detach(),
                            true);
  opaque(once);
}

} // namespace

// These are found before any lock is taken.
void free_invalid() {
  alignas(16) char local[64] = {};
  std::free(opaque(local + 8));
}

// A block's size stands before it, with a bit for mappings of their own. Nothing is as small as this one.
void free_invalid_size() {
  alignas(16) std::size_t local[8] = {0, 16};
  std::free(opaque(&local[2]));
}

// Where no page begins, or the allocator would believe it, and unmap the stack.
void free_invalid_mapping() {
  alignas(32) std::size_t local[8] = {0, 0, 0, 4096 | 2};
  std::free(opaque(&local[4]));
}

void double_free() {
  void *block = opaque(std::malloc(32));
  void *again = opaque(block);
  std::free(block);
  std::free(again);
}

void double_free_locked() {
  have_company();
  void *block = opaque(std::malloc(beyond_cache));
  void *again = opaque(block);
  std::free(block);
  std::free(again);
}

void overwrite_top_chunk() {
  have_company();
  char *last = opaque(static_cast<char *>(std::malloc(beyond_cache)));
  std::memset(last, 0xff, opaque(beyond_cache + 64));
  std::free(opaque(std::malloc(2 * beyond_cache)));
}

} // namespace zoo
