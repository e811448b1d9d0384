#include "heap_corruption.h"
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <link.h>

namespace backstop {
namespace runtime {
namespace {

struct Range {
  uintptr_t begin, end;
};

Range constants[4]; // libc's segments that are neither written nor executed
size_t constant_count;
const char *single_threaded; // glibc's __libc_single_threaded, since 2.32

// How the messages of malloc.c begin. They are never translated.
const char *const allocators[] = {
    "malloc(): ",       "malloc_consolidate(): ", "free(): ",
    "realloc(): ",      "munmap_chunk(): ",       "mremap_chunk(): ",
    "double free or ",  "corrupted size ",        "corrupted double-linked ",
    "invalid fastbin ", "break adjusted to ",     "Fatal glibc error: malloc ",
};

// Those that leave nothing locked. Tried on glibc 2.36 in a process with two threads, by the lock itself and by malloc
// and free of several sizes on both: the checks on the way to the thread's own cache, and on the pointer alone, come
// before the arena is locked. The others hold its lock, and so may those of later releases that nobody tried.
const char *const unlocked[] = {
    "double free or corruption (fasttop)",
    "free(): double free detected in tcache 2",
    "free(): invalid next size (fast)",
    "free(): invalid pointer",
    "free(): invalid size",
    "free(): too many chunks detected in tcache",
    "free(): unaligned chunk detected in tcache 2",
    "malloc(): unaligned tcache chunk detected",
    "mremap_chunk(): invalid pointer",
    "munmap_chunk(): invalid pointer",
    "realloc(): invalid pointer",
};

// realloc has locked the arena by the time that it frees what it replaces, so of these only its own are left.
const char *const unlocked_in_realloc[] = {
    "mremap_chunk(): invalid pointer",
    "munmap_chunk(): invalid pointer",
    "realloc(): invalid pointer",
};

template <size_t Count> bool begins_with_one_of(const char *message, const char *const (&texts)[Count]) noexcept {
  return std::any_of(texts, texts + Count,
                     [=](const char *text) { return std::strncmp(message, text, std::strlen(text)) == 0; });
}

// A literal of the allocator's as `pointer` would be one: wholly within libc's constants, and the first of its string.
bool is_literal(uintptr_t pointer) noexcept {
  for (size_t index = 0; index < constant_count; ++index) {
    const Range &range = constants[index];
    if (pointer > range.begin && pointer < range.end) {
      const auto *text = reinterpret_cast<const char *>(pointer);
      return text[-1] == '\0' && std::memchr(text, '\0', range.end - pointer) != nullptr && is_allocators(text);
    }
  }
  return false;
}

int note_constants(dl_phdr_info *info, size_t, void *address) {
  const auto inside = reinterpret_cast<uintptr_t>(address);
  const auto begin_of = [&](const ElfW(Phdr) & header) { return info->dlpi_addr + header.p_vaddr; };
  const ElfW(Phdr) *headers = info->dlpi_phdr, *end = headers + info->dlpi_phnum;
  const bool is_libc = std::any_of(headers, end, [&](const ElfW(Phdr) & header) {
    return header.p_type == PT_LOAD && inside >= begin_of(header) && inside < begin_of(header) + header.p_memsz;
  });
  for (; is_libc && headers != end; ++headers) {
    if (headers->p_type == PT_LOAD && headers->p_flags == PF_R &&
        constant_count < sizeof(constants) / sizeof(*constants)) {
      constants[constant_count++] = {begin_of(*headers), begin_of(*headers) + headers->p_filesz};
    }
  }
  return is_libc;
}

} // namespace

void prepare_heap_corruption() noexcept {
  single_threaded = static_cast<const char *>(dlsym(RTLD_DEFAULT, "__libc_single_threaded"));
#ifdef __GLIBC__
  dl_iterate_phdr(note_constants, reinterpret_cast<void *>(&std::abort));
#endif
}

bool is_allocators(const char *message) noexcept { return begins_with_one_of(message, allocators); }

bool is_single_threaded() noexcept { return single_threaded != nullptr && *single_threaded != 0; }

bool leaves_heap_usable(const char *message, bool in_realloc) noexcept {
  return is_single_threaded() ||
         (in_realloc ? begins_with_one_of(message, unlocked_in_realloc) : begins_with_one_of(message, unlocked));
}

const char *find_on_stack(uintptr_t stack_pointer, uintptr_t guard) noexcept {
  constexpr uintptr_t reach = 4096; // from raise up through abort to malloc_printerr; seen within 500 bytes
  const uintptr_t end = std::min(stack_pointer + reach, guard);
  for (uintptr_t at = (stack_pointer + 7) & ~uintptr_t(7); at + sizeof(uintptr_t) <= end; at += sizeof(uintptr_t)) {
    const uintptr_t word = *reinterpret_cast<const uintptr_t *>(at);
    if (is_literal(word)) {
      return reinterpret_cast<const char *>(word);
    }
  }
  return nullptr;
}

} // namespace runtime
} // namespace backstop
