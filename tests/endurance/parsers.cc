// Recursive functions that need the allocator, stdio or the loader at each level, and overflow the stack at depths that
// vary, within those or elsewhere: each overflow comes back, and nothing stays locked.
#include "common.h"
#include <alloca.h>
#include <atomic>
#include <dlfcn.h>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <vector>

namespace {

using Level = int (*)(int depth, unsigned seed);

unsigned next(unsigned seed) { return seed * 1103515245 + 12345; }
unsigned number(unsigned seed, unsigned below) { return seed / 65536 % below; }

std::FILE *discarded; // a stream of the program's own

// Begins a little deeper each time.
__attribute__((noinline)) int begin(Level level, unsigned seed) {
  auto *shift = static_cast<volatile char *>(alloca(16 + number(next(seed), 8192)));
  shift[0] = 1;
  return level(0, seed) + shift[0];
}

void use_malloc() {
  for (size_t size = 8; size < 4000; size += 250) {
    void *block = opaque(std::malloc(size));
    CHECK(block != nullptr);
    std::free(block);
  }
}

void overflow_often(Level level, long times, unsigned seed) {
  for (long round = 0; round < times; ++round) {
    seed = next(seed);
    CHECK_OUTCOME(protect([=] { begin(level, seed); }), outcome_.is_overflow());
    use_malloc();
  }
}

// On the main thread and another one at a time.
void overflow_on_both(Level level, size_t main_stack, long times) {
  limit_main_stack(main_stack);
  discarded = std::fopen("/dev/null", "w");
  CHECK(discarded != nullptr);
  Thread other(2048 * 1024, [=] { overflow_often(level, times, 1); });
  overflow_often(level, times, 2);
  other.join();
  CHECK(gets_through(use_malloc));
  CHECK(gets_through([] { std::fputs("well\n", discarded); }));
  CHECK(gets_through([] { CHECK(dlsym(RTLD_DEFAULT, "malloc") != nullptr); }));
}

// A case for the recursive function that follows.
#define PARSER(name, main_stack, reduced, full)                                                                        \
  static int name##_level(int depth, unsigned seed);                                                                   \
  CASE(name) { overflow_on_both(name##_level, main_stack, amount(reduced, full)); }                                    \
  __attribute__((noinline)) static int name##_level(int depth, unsigned seed)

// One level further in. The compiler doesn't see that there is no end to it.
inline int descend(Level level, int depth, unsigned seed) { return opaque(level)(depth + 1, next(seed)); }

constexpr size_t little = 512 * 1024, usual = 8192 * 1024;

} // namespace

PARSER(strings, little, 10, 500) {
  const std::string text(16 + number(seed, 2000), 'x');
  return descend(strings_level, depth, seed) + text[3];
}

PARSER(vectors, little, 10, 500) {
  std::vector<int> numbers;
  for (unsigned index = 0; index <= number(seed, 20); ++index) {
    numbers.push_back(depth);
  }
  return descend(vectors_level, depth, seed) + numbers[0];
}

PARSER(blocks, little, 10, 500) {
  void *block = opaque(std::malloc(number(seed, 300)));
  std::free(block);
  block = opaque(std::malloc(number(next(seed), 3000)));
  std::free(block);
  return descend(blocks_level, depth, seed) + 1;
}

PARSER(blocks_on_a_usual_stack, usual, 5, 100) {
  void *block = opaque(std::malloc(number(seed, 300)));
  std::free(block);
  volatile char frame[200];
  frame[0] = static_cast<char>(depth);
  return descend(blocks_on_a_usual_stack_level, depth, seed) + frame[0];
}

PARSER(strings_on_a_usual_stack, usual, 3, 50) {
  const std::string text(16 + number(seed, 200), 'x');
  volatile char frame[100];
  frame[0] = text[0];
  return descend(strings_on_a_usual_stack_level, depth, seed) + frame[0];
}

PARSER(zeroed_blocks, little, 10, 300) {
  void *block = opaque(std::calloc(1, 1 + number(seed, 2000)));
  block = opaque(std::realloc(block, 1 + number(next(seed), 4000)));
  std::free(block);
  void *aligned = nullptr;
  CHECK(posix_memalign(&aligned, 64, 1 + number(seed, 500)) == 0);
  std::free(aligned);
  return descend(zeroed_blocks_level, depth, seed) + 1;
}

namespace {

struct Node {
  std::string name;
  std::vector<std::unique_ptr<Node>> children;
};

std::unique_ptr<Node> parse_node(int depth, unsigned seed) {
  auto node = std::make_unique<Node>();
  node->name.assign(number(seed, 100), 'n');
  node->children.push_back(opaque(parse_node)(depth + 1, next(seed)));
  return node;
}

} // namespace

PARSER(nodes, little, 10, 500) { return parse_node(depth, seed)->name.empty() ? 1 : 0; }

PARSER(maps, little, 10, 300) {
  std::map<std::string, std::unique_ptr<int>> members;
  for (unsigned index = 0; index <= number(seed, 4); ++index) {
    members[std::string(30 + index, 'k')] = std::make_unique<int>(depth);
  }
  return descend(maps_level, depth, seed) + *members.begin()->second;
}

// Frames of 16 bytes to 1 MiB.
namespace {

template <size_t Size> int frames_of(int depth, unsigned seed);

int some_frame(int depth, unsigned seed) {
  switch (number(seed, 64)) {
  case 0:
    return frames_of<1024 * 1024>(depth, seed);
  case 1:
    return frames_of<100'000>(depth, seed);
  case 2:
    return frames_of<10'000>(depth, seed);
  case 3:
  case 4:
  case 5:
  case 6:
    return frames_of<3000>(depth, seed);
  default:
    return number(seed, 2) == 0 ? frames_of<16>(depth, seed) : frames_of<333>(depth, seed);
  }
}

template <size_t Size> __attribute__((noinline)) int frames_of(int depth, unsigned seed) {
  volatile char frame[Size];
  frame[number(seed, Size)] = 1;
  void *block = opaque(std::malloc(number(seed, 500)));
  std::free(block);
  return some_frame(depth + 1, next(seed)) + frame[number(seed, Size)];
}

} // namespace

PARSER(frames, little, 10, 1000) { return some_frame(depth, seed); }
PARSER(frames_on_a_usual_stack, usual, 10, 200) { return some_frame(depth, seed); }

PARSER(variable_frames, little, 10, 500) {
  auto *frame = static_cast<volatile char *>(alloca(1 + number(seed, 5000)));
  frame[0] = 1;
  const std::string text(16 + number(seed, 100), 'x');
  return descend(variable_frames_level, depth, seed) + frame[0] + text[0];
}

// Through functions of C's library that call back.
namespace {

thread_local unsigned through_c_seed;

int sort_more(const void *one, const void *other) {
  through_c_seed = next(through_c_seed);
  std::vector<int> numbers(2 + number(through_c_seed, 300), 1);
  if (number(through_c_seed, 2) == 0) {
    const int key = 1;
    return std::bsearch(&key, numbers.data(), numbers.size(), sizeof(int), sort_more) != nullptr;
  }
  std::qsort(numbers.data(), numbers.size(), sizeof(int), sort_more);
  return *static_cast<const int *>(one) - *static_cast<const int *>(other);
}

} // namespace

PARSER(through_c, little, 10, 300) {
  through_c_seed = seed;
  return sort_more(&depth, &depth);
}

PARSER(printing, little, 10, 500) {
  std::fprintf(discarded, "%*d %s %f\n", static_cast<int>(number(seed, 60)), depth, "text", depth / 3.0);
  return descend(printing_level, depth, seed) + 1;
}

PARSER(putting, little, 10, 500) {
  std::fputs("a line of text\n", discarded);
  std::fwrite("text", 1, 4, discarded);
  std::fputc('x', discarded);
  if (number(seed, 50) == 0) {
    std::fflush(discarded);
  }
  return descend(putting_level, depth, seed) + 1;
}

PARSER(formatting, little, 10, 500) {
  char text[100];
  std::snprintf(text, sizeof(text), "%*d %s %f\n", static_cast<int>(number(seed, 60)), depth, "text", depth / 3.0);
  double value = 0;
  std::sscanf("3.5 4", "%lf", &value);
  return descend(formatting_level, depth, seed) + text[0] + static_cast<int>(value);
}

PARSER(opening_files, little, 10, 100) {
  std::FILE *file = depth % 100 == 0 ? std::fopen("/dev/null", "w") : nullptr;
  if (file != nullptr) {
    std::fputs("text", file);
    std::fclose(file);
  }
  volatile char frame[500];
  frame[0] = 0;
  return descend(opening_files_level, depth, seed) + frame[0];
}

namespace {

uintptr_t end_of_stack() {
  pthread_attr_t attributes;
  void *low = nullptr;
  size_t size = 0;
  CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
  CHECK(pthread_attr_getstack(&attributes, &low, &size) == 0);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<uintptr_t>(low);
}

// The first write to a stream, which gets its buffer then, where so much of the stack is left.
__attribute__((noinline)) void write_near(uintptr_t end, size_t left, const char *bytes, std::FILE *file) {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  auto *taken = static_cast<volatile char *>(alloca(here - end - left));
  taken[0] = static_cast<char>(std::fwrite(bytes, 1, opaque(size_t(4)), file));
}

// At all distances from the end of the stack: whatever it comes to, neither the stream nor the allocator stays locked,
// and what comes next is recovered as well.
void write_near_the_end(const char *bytes, size_t from) {
  const uintptr_t end = end_of_stack();
  const auto next_overflow = [=] { write_near(end, 0, "text", discarded); };
  long failed = 0;
  for (size_t left = from; left < 2000; left += 20) {
    std::FILE *file = std::fopen("/dev/null", "w");
    CHECK(file != nullptr);
    const Outcome outcome = protect([=] { write_near(end, left, opaque(bytes), file); });
    CHECK_OUTCOME(outcome, !outcome_.failed || outcome_.kind == BACKSTOP_FAULT);
    CHECK_OUTCOME(protect(next_overflow), outcome_.is_overflow());
    failed += outcome.failed;
    CHECK(gets_through([=] { std::fputs("well\n", file); }));
    use_malloc();
    std::fclose(file);
  }
  CHECK(failed > 10);
}

void write_near_both_ends(const char *bytes, size_t from) {
  limit_main_stack(little);
  discarded = std::fopen("/dev/null", "w");
  CHECK(discarded != nullptr);
  Thread other(512 * 1024, [=] { write_near_the_end(bytes, from); });
  write_near_the_end(bytes, from);
  other.join();
}

} // namespace

CASE(first_writes_near_the_end) { write_near_both_ends("text", 0); }

// Where there is stack for the write, but not for leaving it.
CASE(bad_writes_near_the_end) { write_near_both_ends(reinterpret_cast<const char *>(0x5a5a5a5a5a50), 700); }

PARSER(looking_up, little, 10, 500) {
  const auto *symbol = dlsym(RTLD_DEFAULT, number(seed, 2) == 0 ? "malloc" : "there_is_no_such_function");
  Dl_info where;
  const int found = dladdr(reinterpret_cast<void *>(&begin), &where);
  return descend(looking_up_level, depth, seed) + (symbol != nullptr) + found;
}

PARSER(throwing, little, 10, 300) {
  int caught = 0;
  try {
    if (number(seed, 3) == 0) {
      throw std::string(number(seed, 100), 'x');
    }
  } catch (const std::string &text) {
    caught = static_cast<int>(text.size());
  }
  return descend(throwing_level, depth, seed) + caught;
}

PARSER(regular_expressions, little, 10, 200) {
  static const std::regex expression("(?:(a|b)|ab)*c");
  const std::string text(200'000 + number(seed, 100), 'a');
  return std::regex_match(text, expression) ? depth : 1;
}

// A list whose destructor recurses.
namespace {

struct Link {
  std::unique_ptr<Link> next;
};

// Its blocks are lost, as the destructors that were to free them are.
void build_and_destroy(long length) {
  std::unique_ptr<Link> list;
  for (long index = 0; index < length; ++index) {
    auto link = std::make_unique<Link>();
    link->next = std::move(list);
    list = std::move(link);
  }
}

} // namespace

PARSER(destroying_a_list, little, 3, 20) {
  build_and_destroy(200'000 + number(seed, 100));
  return depth;
}

// A function that is called for the first time when hardly any stack is left, so that the loader has to look it up
// there. Each in a process of its own.
namespace {

__attribute__((noinline)) int descend_and_call(uintptr_t end, unsigned seed) {
  volatile char frame[16];
  frame[0] = 0;
  if (reinterpret_cast<uintptr_t>(&frame[0]) > end) {
    return descend_and_call(end, seed) + frame[0];
  }
  return static_cast<int>(l64a(static_cast<long>(opaque(seed)))[0]) + frame[0];
}

void call_with_little_stack(uintptr_t left) {
  make_two_threads();
  pthread_attr_t attributes;
  void *low = nullptr;
  size_t size = 0;
  CHECK(pthread_getattr_np(pthread_self(), &attributes) == 0);
  CHECK(pthread_attr_getstack(&attributes, &low, &size) == 0);
  const uintptr_t end = reinterpret_cast<uintptr_t>(low) + left;
  const Outcome outcome = protect([=] { descend_and_call(end, 77); });
  CHECK_OUTCOME(outcome, !outcome_.failed || outcome_.is_overflow());
  CHECK(gets_through([] { CHECK(dlsym(RTLD_DEFAULT, "malloc") != nullptr); }));
  CHECK(gets_through(use_malloc));
  CHECK(opaque(a64l(l64a(77))) == 77);
}

} // namespace

CASE(first_calls) {
  const auto step = static_cast<uintptr_t>(amount(250, 16));
  for (uintptr_t left = 64; left < 6000; left += step) {
    const pid_t child = fork_child();
    if (child == 0) {
      Thread other(128 * 1024, [=] { call_with_little_stack(left); });
      other.join();
      std::_Exit(0);
    }
    const int status = status_of(child);
    if (status != 0) {
      std::fprintf(stderr, "with %zu bytes left: wait status %#x\n", left, static_cast<unsigned>(status));
    }
    CHECK(status == 0);
  }
}
