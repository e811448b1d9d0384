// Reads, writes and jumps to where they must not go.
#include "opaque.h"
#include "zoo.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace zoo {

thread_local std::uintptr_t target;

// With external linkage and two heirs, so that no compiler can tell whose function a virtual call reaches.
struct Animal {
  virtual ~Animal() = default;
  virtual std::int32_t legs() const { return legs_; }
  std::int32_t legs_ = 4;
};

struct Bird : Animal {
  std::int32_t legs() const override { return 2; }
};

namespace {

// Programs are mapped above 4 GiB on the targets we know.
constexpr std::uintptr_t nowhere = 0xdead0000;

// What x86-64 takes for no address at all.
constexpr std::uintptr_t noncanonical = std::uintptr_t{0xdead} << 48;

struct Record {
  char header[16];
  volatile std::int32_t field;
};

void *check(void *mapping) {
  if (mapping == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "mmap");
  return mapping;
}

int check(int answer) {
  if (answer == -1)
    throw std::system_error(errno, std::generic_category(), "a mapped file");
  return answer;
}

char *page(int protection) {
  return static_cast<char *>(check(mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
}

char *truncated_page() {
  int file = check(memfd_create("truncated", MFD_CLOEXEC));
  check(ftruncate(file, 4096));
  void *mapping = check(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
  check(ftruncate(file, 0));
  close(file);
  return static_cast<char *>(mapping);
}

} // namespace

void null_to_kernel() {
  // Not by libc's function, which is declared to get no null: UBSan would say so.
  if (syscall(SYS_openat, AT_FDCWD, opaque<const char *>(nullptr), O_RDONLY) != -1 || errno != EFAULT)
    throw std::system_error(errno, std::generic_category(), "open");
}

std::int32_t null_read() { return *aim<volatile std::int32_t>(std::uintptr_t{0}); }

void null_write() { *aim<volatile std::int32_t>(std::uintptr_t{0}) = 1; }

void null_member_write() { opaque<Record *>(nullptr)->field = 1; }

std::int32_t null_virtual_call() { return opaque<const Animal *>(nullptr)->legs(); }

std::int32_t wild_read() { return *aim<volatile std::int32_t>(nowhere); }

void wild_write() { *aim<volatile std::int32_t>(nowhere) = 1; }

std::int32_t noncanonical_read() { return *aim<volatile std::int32_t>(noncanonical); }

void noncanonical_write() { *aim<volatile std::int32_t>(noncanonical) = 1; }

void noncanonical_copy() {
#if defined(__x86_64__)
  const char from[32] = {};
  const char *source = from;
  char *destination = aim<char>(noncanonical);
  std::size_t count = sizeof from;
  asm volatile("rep movsb" : "+S"(source), "+D"(destination), "+c"(count) : : "memory");
#endif
}

void noncanonical_call() { aim<void()>(noncanonical)(); }

// Its own return address, as an overflow that misses the canary might.
void noncanonical_return() {
#if defined(__x86_64__)
  target = noncanonical;
  static_cast<volatile std::uintptr_t *>(__builtin_frame_address(0))[1] = noncanonical;
#endif
}

void literal_write() { *aim(const_cast<volatile char *>("a literal")) = 'A'; }

void protected_write() {
  static char *const read_only = page(PROT_READ);
  *aim<volatile char>(read_only + 0x678) = 1;
}

void mprotected_write() {
  static char *const closed = [] {
    char *const open = page(PROT_READ | PROT_WRITE);
    open[0] = 1;
    check(mprotect(open, 4096, PROT_READ));
    return open;
  }();
  *aim<volatile char>(closed) = 2;
}

// Low, where the kernel puts nothing of itself: elsewhere the next mapping might well land on this one's place.
std::int32_t unmapped_read() {
  static const std::uintptr_t gone = [] {
    void *const place = reinterpret_cast<void *>(nowhere + (1 << 20));
    void *const once = check(mmap(place, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    check(munmap(once, 4096));
    return reinterpret_cast<std::uintptr_t>(once);
  }();
  return *aim<volatile char>(gone);
}

std::int32_t forbidden_read() {
  static char *const closed = page(PROT_NONE);
  return *aim<volatile char>(closed + 0xabc);
}

std::int32_t truncated_mapping_read() {
  static char *const truncated = truncated_page();
  return *aim<volatile char>(truncated + 0x123);
}

void truncated_mapping_write() {
  static char *const truncated = truncated_page();
  *aim<volatile char>(truncated + 0x321) = 1;
}

void misaligned_vector_load() {
#if defined(__x86_64__)
  alignas(16) char vectors[32] = {};
  asm volatile("movaps (%0), %%xmm0" : : "r"(aim(vectors + 1)) : "xmm0", "memory");
#endif
}

void misaligned_vector_store() {
#if defined(__x86_64__)
  alignas(16) char vectors[64] = {};
  asm volatile("movdqa %%xmm0, 16(%0,%1,8)" : : "r"(aim(vectors + 20) - 16), "r"(opaque(std::size_t{0})) : "memory");
#endif
}

// Aligned for half of it.
void misaligned_wide_vector_load() {
#if defined(__x86_64__)
  alignas(32) char vectors[64] = {};
  if (!__builtin_cpu_supports("avx"))
    return misaligned_vector_load();
  asm volatile("vmovaps (%0), %%ymm0" : : "r"(aim(vectors + 16)) : "xmm0", "memory");
#endif
}

void misaligned_exchange() {
#if defined(__x86_64__)
  alignas(16) std::uint64_t words[4] = {};
  asm volatile("lock cmpxchg16b (%0)" : : "r"(aim(words + 1)), "a"(0), "b"(0), "c"(0), "d"(0) : "cc", "memory");
#endif
}

// x86 allows a misaligned access unless its alignment check is on, for which the flag is set here.
std::int32_t misaligned_read() {
  alignas(16) char words[32] = {};
  const char *word = aim(words + 1);
  std::int32_t value = 0;
#if defined(__x86_64__)
  asm volatile("lea -128(%%rsp), %%rsp\n\t" // the red zone
               "pushfq\n\t"
               "orl $0x40000, (%%rsp)\n\t"
               "popfq\n\t"
               "lea 128(%%rsp), %%rsp\n\t" // where the unwind table has it
               "movl (%1), %0\n\t"
               "lea -128(%%rsp), %%rsp\n\t"
               "pushfq\n\t"
               "andl $~0x40000, (%%rsp)\n\t"
               "popfq\n\t"
               "lea 128(%%rsp), %%rsp"
               : "=&r"(value)
               : "r"(word)
               : "cc", "memory");
#elif defined(__aarch64__)
  asm volatile("ldaxr %w0, [%1]" : "=r"(value) : "r"(word) : "memory");
#endif
  return value;
}

void null_call() { aim<void()>(std::uintptr_t{0})(); }

void wild_call() { aim<void()>(nowhere)(); }

void data_call() {
#if defined(__aarch64__)
  static std::uint32_t code = 0xd65f03c0; // ret
#else
  static std::uint32_t code = 0xc3c3c3c3; // ret
#endif
  aim<void()>(reinterpret_cast<std::uintptr_t>(&code))();
}

} // namespace zoo
