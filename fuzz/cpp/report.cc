#include "backstop-fuzz/cpp/report.h"
#include "backstop-fuzz/src/report/ffi.rs.h"
#include "backstop/backstop.hpp"
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <system_error>
#include <vector>

namespace {

std::string string(Text text) { return {reinterpret_cast<const char *>(text.data()), text.size()}; }

// Lives for ever, as categories have to.
struct Category : std::error_category {
  std::string name_, text_;
  const char *name() const noexcept override { return name_.c_str(); }
  std::string message(int) const override { return text_; }
};

[[noreturn, gnu::noinline]] void raise(const std::string &text) { throw std::runtime_error(text); }

struct Liar : std::exception {
  std::int32_t kind;
  explicit Liar(std::int32_t kind) : kind(kind) {}
  const char *what() const noexcept override {
    switch (kind % 4) {
    case 0:
      return nullptr;
    case 1:
      return reinterpret_cast<const char *>(8);
    case 2:
      raise("a lie");
    default:
      std::abort();
    }
  }
};

[[noreturn]] void nest(const std::string &text, std::uint32_t depth) {
  try {
    if (depth == 0) {
      throw std::runtime_error(text);
    }
    nest(text, depth - 1);
  } catch (...) {
    std::throw_with_nested(std::invalid_argument(text));
  }
}

[[gnu::noinline]] void write(volatile int *place) { *place = 1; }

void terminating(const std::string &text) noexcept { raise(text); }

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

} // namespace

void throw_runtime_error(Text text) { throw std::runtime_error(string(text)); }
void throw_text(Text text) { throw string(text); }

void throw_code(std::int32_t value, Text name, Text text) {
  static Category category;
  category.name_ = string(name);
  category.text_ = string(text);
  throw std::system_error(value, category);
}

void throw_filesystem_error(Text first, Text second) {
  throw std::filesystem::filesystem_error("copy", string(first), string(second),
                                          std::make_error_code(std::errc::no_such_file_or_directory));
}

void throw_nested(Text text, std::uint32_t depth) { nest(string(text), depth); }
void throw_liar(std::int32_t kind) { throw Liar(kind < 0 ? 0 : kind); }

void fault_in_thread(Text name) {
  prctl(PR_SET_NAME, string(name).c_str());
  write(nullptr);
}

void terminate(Text text) { terminating(string(text)); }
void call_complain(Text text) { complain(text); }
void call_panic_with(Text text) { panic_with(text); }

void report_to_c(Text text, std::size_t size) {
  const auto outcome = backstop::call(BACKSTOP_HERE("reported in C"), [&] { throw std::runtime_error(string(text)); });
  const backstop_error *error = outcome.error().get();
  for (const char *at = backstop_error_message(error); *at != '\0'; ++at) {
    require(static_cast<unsigned char>(*at) >= 0x20 && *at != 0x7f);
  }
  constexpr char canary = 0x5a;
  std::vector<char> buffer(size + 1, canary);
  const std::size_t length = backstop_error_report(error, buffer.data(), size);
  require(buffer[size] == canary);
  require(size == 0 || std::memchr(buffer.data(), '\0', size) != nullptr);
  require(size == 0 || std::strlen(buffer.data()) == std::min(length, size - 1));
}
