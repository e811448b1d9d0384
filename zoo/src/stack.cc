// Stacks that end, and buffers on them that are written past their end.
#include "opaque.h"
#include "zoo.h"
#include <cstddef>
#include <pthread.h>
#include <system_error>

namespace zoo {
namespace {

// The frame is used after the call too, so that this can't become a loop.
template <std::size_t size> __attribute__((noinline)) std::int32_t deeper(std::int32_t depth) {
  volatile char frame[size];
  frame[0] = static_cast<char>(depth);
  std::int32_t below = opaque(true) ? deeper<size>(depth + 1) : 0;
  return below + frame[0];
}

constexpr std::size_t step = 64 << 20;

char *end_of_stack() {
  pthread_attr_t attributes;
  void *end = nullptr;
  std::size_t size = 0;
  const int error = pthread_getattr_np(pthread_self(), &attributes);
  if (error != 0 || pthread_attr_getstack(&attributes, &end, &size) != 0)
    throw std::system_error(error, std::generic_category(), "the stack's bounds");
  pthread_attr_destroy(&attributes);
  return static_cast<char *>(end);
}

__attribute__((noinline)) void probe_below(char *end) {
  volatile char frame[1024];
  frame[0] = 1;
  if (opaque(frame) - end > 16 * 1024)
    probe_below(end);
  else
    *aim<volatile char>(end - 8) = 1;
  frame[1] = 1;
}

} // namespace

std::int32_t small_frames() { return deeper<16>(0); }

// Steps over a thread's guard page unless the compiler touches each page of a frame in turn
// (-fstack-clash-protection, see build.rs).
std::int32_t large_frames() { return deeper<100 * 1024>(0); }

// A frame that nobody probes: the one access to it is at its far end, a long way past any guard page.
void step_beyond_guard() {
  opaque(__builtin_alloca(opaque(std::size_t{16}))); // the frame is found by its base pointer, whatever the stack's is
#if defined(__x86_64__)
  asm volatile("mov %%rsp, %%rbx\n\t"
               "sub %0, %%rsp\n\t"
               "movb $0, (%%rsp)\n\t"
               "mov %%rbx, %%rsp"
               :
               : "r"(step)
               : "rbx", "memory");
#elif defined(__aarch64__)
  asm volatile("mov x19, sp\n\t"
               "sub x20, x19, %0\n\t"
               "mov sp, x20\n\t"
               "strb wzr, [sp]\n\t"
               "mov sp, x19"
               :
               : "r"(step)
               : "x19", "x20", "memory");
#endif
}

// With little stack left, and ahead of the stack pointer, as -fstack-check tries whether a frame will fit.
void probe_ahead() { probe_below(end_of_stack()); }

// Into its own frame's stack protector and no farther: the frames of its callers stay whole.
void smash_stack() {
  char buffer[16];
  volatile char *end = opaque(buffer + sizeof buffer);
  for (int past = 0; past < 16; past++)
    end[past] = 'x';
}

// What _FORTIFY_SOURCE makes of a memset whose length only shows when it runs.
void overflow_checked_buffer() {
  char buffer[16];
  __builtin___memset_chk(buffer, 'x', opaque(sizeof buffer + 1), sizeof buffer);
  opaque(&buffer[0]);
}

// A %n that an attacker may have put there: under _FORTIFY_SOURCE a format in writable memory must have none.
void count_in_writable_format() {
  char buffer[16], format[] = "x%n";
  int count = 0;
  __builtin___sprintf_chk(buffer, 1, sizeof buffer, opaque(&format[0]), &count);
  opaque(&buffer[0]);
}

} // namespace zoo
