// Reads, writes and jumps to where they must not go.
#include "opaque.h"
#include "zoo.h"
#include <cerrno>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace zoo {

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
  void *mapping = check(mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0));
  check(ftruncate(file, 0));
  close(file);
  return static_cast<char *>(mapping);
}

} // namespace

std::int32_t null_read() { return *aim<volatile std::int32_t>(std::uintptr_t{0}); }

void null_write() { *aim<volatile std::int32_t>(std::uintptr_t{0}) = 1; }

void null_member_write() { opaque<Record *>(nullptr)->field = 1; }

std::int32_t null_virtual_call() { return opaque<const Animal *>(nullptr)->legs(); }

std::int32_t wild_read() { return *aim<volatile std::int32_t>(nowhere); }

void wild_write() { *aim<volatile std::int32_t>(nowhere) = 1; }

std::int32_t bad_address_read() { return *aim<volatile std::int32_t>(std::uintptr_t{0xdead} << 48); }

void literal_write() { *aim(const_cast<volatile char *>("a literal")) = 'A'; }

void protected_write() {
  static char *const read_only = page(PROT_READ);
  *aim<volatile char>(read_only + 0x678) = 1;
}

std::int32_t forbidden_read() {
  static char *const closed = page(PROT_NONE);
  return *aim<volatile char>(closed + 0xabc);
}

std::int32_t truncated_mapping_read() {
  static char *const truncated = truncated_page();
  return *aim<volatile char>(truncated + 0x123);
}

void misaligned_vector_load() {
#if defined(__x86_64__)
  alignas(16) char vectors[32] = {};
  asm volatile("movaps (%0), %%xmm0" : : "r"(opaque(vectors + 1)) : "xmm0", "memory");
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
               "movl (%1), %0\n\t"
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
