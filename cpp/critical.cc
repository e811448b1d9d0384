#include "critical.h"
#include "libc_functions.h"
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <unwind.h>

namespace backstop {
namespace runtime {
namespace {

#ifdef __GLIBC__
constexpr bool has_cleanups = true;
extern "C" void *__libc_malloc(size_t) __attribute__((weak)); // another name of libc's own malloc
bool is_replaced_statically() noexcept { return &__libc_malloc != &std::malloc; }
#else
constexpr bool has_cleanups = false; // musl's streams have none
bool is_replaced_statically() noexcept { return false; }
#endif

struct Function {
  uintptr_t start;
  Holds holds;
};

template <size_t Count> constexpr size_t count(const char *const (&)[Count]) noexcept { return Count; }

// As many as there are names, where libc's function and the one in use may differ, and some found by address.
Function functions[2 * (count(lockless) + count(releasing) + count(releasing_by_unwinding) + count(allocating) +
                        count(loading)) +
                   count(allocating_in_libc) + count(unwinding) + 16]; // by address
size_t function_count;

// What else matters of a function, as bits.
struct Trait {
  uintptr_t start;
  uint8_t bits;
};

constexpr uint8_t cancellable = 1, waits = 2, is_whole = 4, stays = 8, opens = 16;
Trait traits[2 * (count(cancellation_points) + count(waiting) + count(indivisible) + count(never_left) +
                  count(opening))]; // by address
size_t trait_count;

struct Code {
  uintptr_t begin, end;
  Holds holds;
};

Code codes[16]; // of whole modules
size_t code_count;

bool has_functions_elsewhere; // than in these
bool replaced;
uintptr_t freeing[16]; // by address
size_t freeing_count;
uintptr_t in_libc_malloc, in_libc_free, in_libc_realloc, in_libc_usable_size;

uintptr_t as_address(const void *pointer) noexcept { return reinterpret_cast<uintptr_t>(pointer); }

template <class Result, class... Arguments> uintptr_t as_address(Result (*function)(Arguments...)) noexcept {
  return reinterpret_cast<uintptr_t>(function);
}

void note(uintptr_t start, Holds holds) noexcept {
  if (start != 0 && function_count < sizeof(functions) / sizeof(*functions)) {
    functions[function_count++] = {start, holds};
  }
}

// An address within each module that is one thing as a whole. 0: there is no such module.
struct Landmarks {
  uintptr_t libc, threads, loader, allocator;
  bool is_past_program; // the program comes first, and is never one thing
};

bool contains(const dl_phdr_info &module, uintptr_t address) noexcept {
  return std::any_of(module.dlpi_phdr, module.dlpi_phdr + module.dlpi_phnum, [&](const ElfW(Phdr) & header) {
    return header.p_type == PT_LOAD && address - (module.dlpi_addr + header.p_vaddr) < header.p_memsz;
  });
}

Holds class_of(const dl_phdr_info &module, const Landmarks &landmarks) noexcept {
  if (contains(module, landmarks.libc) || contains(module, landmarks.threads)) {
    return Holds::unknown;
  }
  if (contains(module, landmarks.loader)) {
    return Holds::loader;
  }
  if (contains(module, landmarks.allocator)) {
    return Holds::heap;
  }
  const bool is_unwinder = std::strstr(module.dlpi_name, "libgcc_s.so") != nullptr ||
                           std::strstr(module.dlpi_name, "libunwind.so") != nullptr;
  return is_unwinder ? Holds::unwinder : Holds::not_libc;
}

int note_code(dl_phdr_info *module, size_t, void *argument) {
  auto &landmarks = *static_cast<Landmarks *>(argument);
  const Holds holds = landmarks.is_past_program ? class_of(*module, landmarks) : Holds::not_libc;
  landmarks.is_past_program = true;
  const ElfW(Phdr) *headers = module->dlpi_phdr, *end = headers + module->dlpi_phnum;
  for (; holds != Holds::not_libc && headers != end; ++headers) {
    if (headers->p_type == PT_LOAD && (headers->p_flags & PF_X) != 0 && code_count < sizeof(codes) / sizeof(*codes)) {
      const uintptr_t begin = module->dlpi_addr + headers->p_vaddr;
      codes[code_count++] = {begin, begin + headers->p_memsz, holds};
    }
  }
  return 0;
}

const Code *code_at(uintptr_t pc) noexcept {
  const Code *end = codes + code_count;
  const Code *found = std::find_if(static_cast<const Code *>(codes), end,
                                   [=](const Code &code) { return pc >= code.begin && pc < code.end; });
  return found != end ? found : nullptr;
}

bool is_start(uintptr_t address) noexcept {
  return as_address(_Unwind_FindEnclosingFunction(reinterpret_cast<void *>(address + 1))) == address;
}

// Where the instruction at `at` jumps to, if it is an unconditional jump. `at` itself if it isn't.
uintptr_t jump_target(uintptr_t at) noexcept {
  const auto *code = reinterpret_cast<const unsigned char *>(at);
#if defined(__x86_64__)
  int32_t offset;
  std::memcpy(&offset, code + 1, sizeof(offset));
  return code[0] == 0xe9 ? at + 5 + static_cast<uintptr_t>(intptr_t(offset)) : at;
#elif defined(__aarch64__)
  uint32_t word;
  std::memcpy(&word, code, sizeof(word));
  const auto offset = static_cast<int32_t>(word << 6) >> 4;
  return word >> 26 == 5 ? at + static_cast<uintptr_t>(intptr_t(offset)) : at;
#else
  (void)code;
  return at;
#endif
}

// Many of libc's functions do nothing but jump to an internal one, as strtol, vsnprintf and pthread_once do. Then only
// the internal one has a frame, and no name. What looks like a jump within the first bytes is one if it leads exactly
// to where a function begins; what it leads to does the same job, so it is of the same class.
template <typename Note> void visit_jumps(uintptr_t start, Note note) noexcept {
  constexpr uintptr_t reach = 64, longest = 5; // bytes
#if defined(__x86_64__)
  constexpr uintptr_t step = 1;
#else
  constexpr uintptr_t step = 4;
#endif
  const Code *code = code_at(start);
  for (uintptr_t at = start; code != nullptr && at < start + reach && at + longest <= code->end; at += step) {
    const uintptr_t target = jump_target(at);
    const bool leaves = target != at && target != start && code_at(target) == code;
    if (leaves && is_start(target) &&
        as_address(_Unwind_FindEnclosingFunction(reinterpret_cast<void *>(at + 1))) == start) {
      note(target);
    }
  }
}

template <size_t Count> void note_all(void *library, const char *const (&names)[Count], Holds holds) noexcept {
  for (const char *name : names) {
    const uintptr_t start = as_address(dlsym(library, name));
    note(start, holds);
    if (start != 0 && holds <= Holds::released_by_unwinding) {
      visit_jumps(start, [=](uintptr_t target) { note(target, holds); });
    }
  }
}

void add_trait(uintptr_t start, uint8_t bit) noexcept {
  if (trait_count < sizeof(traits) / sizeof(*traits)) {
    traits[trait_count++] = {start, bit};
  }
}

template <size_t Count> void add_traits(void *library, const char *const (&names)[Count], uint8_t bit) noexcept {
  for (const char *name : names) {
    if (const uintptr_t start = as_address(dlsym(library, name))) {
      add_trait(start, bit);
      visit_jumps(start, [=](uintptr_t target) { add_trait(target, bit); });
    }
  }
}

bool has_trait(uintptr_t start, uint8_t bit) noexcept {
  const Trait *end = traits + trait_count;
  const Trait *at = std::lower_bound(static_cast<const Trait *>(traits), end, start,
                                     [](const Trait &trait, uintptr_t start) { return trait.start < start; });
  for (; at != end && at->start == start; ++at) {
    if ((at->bits & bit) != 0) {
      return true;
    }
  }
  return false;
}

// Whether a module defines what is at this address. A program that isn't position-independent has a stub for each
// function that it takes the address of, and the stub is what dlsym finds.
bool is_definition(void *function) noexcept {
#ifdef __GLIBC__
  Dl_info where;
  const ElfW(Sym) *symbol = nullptr;
  if (dladdr1(function, &where, reinterpret_cast<void **>(const_cast<ElfW(Sym) **>(&symbol)), RTLD_DL_SYMENT) != 0 &&
      symbol != nullptr) {
    return symbol->st_shndx != SHN_UNDEF;
  }
#endif
  return function != nullptr;
}

// An entry of the allocator that isn't libc's own, or 0.
uintptr_t find_other_allocator(void *libc) noexcept {
  for (const char *name : allocating) {
    void *used = dlsym(RTLD_DEFAULT, name);
    if (used != nullptr && used != dlsym(libc, name) && is_definition(used)) {
      return as_address(used);
    }
  }
  return 0;
}

// Where nothing can be looked up by name, as in a static executable, the addresses that the linker knows.
void note_by_address() noexcept {
  for (uintptr_t start : {as_address(&std::malloc), as_address(&std::free), as_address(&std::calloc),
                          as_address(&std::realloc), as_address(&posix_memalign)}) {
    note(start, Holds::heap);
  }
  for (uintptr_t start : {as_address(&dlopen), as_address(&dlsym), as_address(&dl_iterate_phdr)}) {
    note(start, Holds::loader);
  }
  for (uintptr_t start : {as_address(&_Unwind_RaiseException), as_address(&_Unwind_Resume),
                          as_address(&_Unwind_ForcedUnwind), as_address(&_Unwind_Backtrace)}) {
    note(start, Holds::unwinder);
  }
}

// The program may define functions of libc's names, so libc's own are asked for.
void note_libc(void *libc, void *threads) noexcept {
  for (void *library : {libc, threads}) {
    if (library != nullptr) {
      note_all(library, lockless, Holds::nothing);
      if (has_cleanups) {
        note_all(library, releasing, Holds::released);
        note_all(library, releasing_by_unwinding, Holds::released_by_unwinding);
      }
    }
  }
  for (const char *name : {"free", "cfree", "realloc", "reallocarray"}) {
    freeing[freeing_count++] = as_address(dlsym(libc, name));
    freeing[freeing_count++] = as_address(dlsym(RTLD_DEFAULT, name));
  }
  in_libc_malloc = as_address(dlsym(libc, "malloc"));
  in_libc_free = as_address(dlsym(libc, "free"));
  in_libc_realloc = as_address(dlsym(libc, "realloc"));
  in_libc_usable_size = as_address(dlsym(libc, "malloc_usable_size"));
  add_traits(libc, cancellation_points, cancellable);
  add_traits(libc, waiting, waits);
  add_traits(libc, indivisible, is_whole);
  add_traits(libc, never_left, stays);
  add_traits(libc, opening, opens);
  std::sort(traits, traits + trait_count, [](const Trait &one, const Trait &other) { return one.start < other.start; });
  note_all(libc, allocating, Holds::heap);
  note_all(libc, allocating_in_libc, Holds::heap);
  note_all(libc, loading, Holds::loader);
}

} // namespace

void prepare_critical() noexcept {
  void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (libc != nullptr) {
    void *threads = dlopen("libpthread.so.0", RTLD_LAZY | RTLD_NOLOAD); // apart from libc before glibc 2.34
    const uintptr_t allocator = find_other_allocator(libc);
    replaced = allocator != 0;
    Landmarks landmarks = {as_address(dlsym(libc, "abort")),
                           threads != nullptr ? as_address(dlsym(threads, "pthread_create")) : 0,
                           as_address(dlsym(libc, "__tls_get_addr")), allocator, false};
    dl_iterate_phdr(note_code, &landmarks);
    note_libc(libc, threads);
    note_all(RTLD_DEFAULT, allocating, Holds::heap);
    note_all(RTLD_DEFAULT, loading, Holds::loader);
    note_all(RTLD_DEFAULT, unwinding, Holds::unwinder);
  } else {
    replaced = is_replaced_statically();
  }
  note_by_address();
  has_functions_elsewhere = std::any_of(functions, functions + function_count,
                                        [](const Function &function) { return code_at(function.start) == nullptr; });
  std::sort(functions, functions + function_count, [](const Function &one, const Function &other) {
    return one.start != other.start ? one.start < other.start : one.holds < other.holds;
  });
}

Holds holds(uintptr_t function_start, uintptr_t pc) noexcept {
  const Code *code = code_at(pc);
  if (code == nullptr && !has_functions_elsewhere) {
    return Holds::not_libc; // most frames
  }
  const Function *end = functions + function_count;
  const Function *next = std::upper_bound(static_cast<const Function *>(functions), end, function_start,
                                          [](uintptr_t start, const Function &known) { return start < known.start; });
  if (next != functions && next[-1].start == function_start) {
    return next[-1].holds;
  }
  return code != nullptr ? code->holds : Holds::not_libc;
}

// Tried on glibc 2.36 in a process with two threads. calloc and the others read what they got while they hold the lock.
bool locks_only_for_calls(uintptr_t start) noexcept {
  return start == in_libc_malloc || start == in_libc_free || start == in_libc_realloc || start == in_libc_usable_size;
}

bool is_cancellation_point(uintptr_t start) noexcept { return has_trait(start, cancellable); }

bool is_wait(uintptr_t start) noexcept { return has_trait(start, waits); }

bool is_indivisible(uintptr_t start) noexcept { return has_trait(start, is_whole); }

bool is_never_left(uintptr_t start) noexcept { return has_trait(start, stays); }

bool is_opening(uintptr_t start) noexcept { return has_trait(start, opens); }

bool is_realloc(uintptr_t start) noexcept { return start == in_libc_realloc; }

bool is_freeing(uintptr_t start) noexcept {
  return std::find(freeing, freeing + freeing_count, start) != freeing + freeing_count;
}

bool is_libc_known() noexcept { return in_libc_malloc != 0; }

bool is_allocator_replaced() noexcept { return replaced; }

} // namespace runtime
} // namespace backstop
