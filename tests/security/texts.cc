// What hostile code says of itself: texts of exceptions and assertions, names of types, functions and threads. None of
// it may break a line of ours, drive a terminal, or fill a disk. `ESCAPES` in the name of `HOSTILE_SYMBOL` are put
// there by the test, after compiling.
#include "../c_abi/check.h"
#include <cassert>
#include <cxxabi.h>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" __attribute__((noinline, visibility("default"))) void HOSTILE_SYMBOL(void (*function)(void *), void *data) {
  function(data);
  __asm__ volatile(""); // no tail call: this frame is to be in the backtrace
}

namespace {

constexpr char esc[] = "\x1b[2J\x1b]0;owned\x07"; // clears the screen and sets the title
const char turned[] = "\xe2\x80\xae\xe2\x81\xa6\xe2\x80\xa8\xc2\x9b"
                      "31m\xc2\x85"; // U+202E U+2066 U+2028, C1's CSI and NEL

// Whether it is UTF-8 without control characters, but for line breaks where there may be lines.
bool is_plain(const std::string &text, bool has_lines) {
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0;
    const auto third = at + 2 < text.size() ? static_cast<unsigned char>(text[at + 2]) : 0;
    const bool is_lead = byte >= 0xc2 && byte < 0xf5, continues = (next & 0xc0) == 0x80;
    if ((byte < 0x20 && !(has_lines && byte == '\n')) || byte == 0x7f || (is_lead && !continues) || byte == 0xc0 ||
        byte == 0xc1 || byte >= 0xf5 || (byte == 0xc2 && next < 0xa0)) {
      return false;
    }
    if (byte == 0xe2 && next == 0x80 && (third == 0x8e || third == 0x8f || (third >= 0xa8 && third <= 0xae))) {
      return false;
    }
    if (byte == 0xe2 && next == 0x81 && third >= 0xa6 && third <= 0xa9) {
      return false;
    }
  }
  return true;
}

void look_at(backstop_error *error) {
  const std::string message = backstop_error_message(error);
  CHECK(is_plain(message, false));
  CHECK(message.size() < 64 * 1024);
  std::vector<char> report(backstop_error_report(error, nullptr, 0) + 1);
  backstop_error_report(error, report.data(), report.size());
  CHECK(is_plain(report.data(), true));
  CHECK(report.size() < 1024 * 1024);
  std::printf("%s\n", report.data());
  backstop_error_free(error);
}

void expect(void (*function)(void *), const char *text) {
  static const backstop_site site = BACKSTOP_SITE("hostile");
  backstop_error *error = backstop_call(&site, function, const_cast<char *>(text));
  CHECK(error != nullptr);
  look_at(error);
}

void throws(void *text) { throw std::runtime_error(static_cast<const char *>(text)); }

void throws_nested(void *text) {
  try {
    throws(text);
  } catch (...) {
    std::throw_with_nested(std::logic_error(static_cast<const char *>(text)));
  }
}

// Of a type whose name is the text.
void throws_type(void *text) {
  static abi::__class_type_info type(static_cast<const char *>(text));
  abi::__cxa_throw(abi::__cxa_allocate_exception(1), &type, nullptr);
}

void fails_assertion(void *text) {
  __assert_fail(static_cast<const char *>(text), static_cast<const char *>(text), 1, static_cast<const char *>(text));
}

void terminates(void *text) {
  const auto lets_nothing_pass = [](void *what) noexcept { throws(what); };
  lets_nothing_pass(text);
}

void faults_below_a_hostile_name(void *) { HOSTILE_SYMBOL(check_null_write, nullptr); }

} // namespace

int main() {
  std::string everything(esc);
  everything += turned;
  for (int byte = 1; byte < 256; ++byte) {
    everything += static_cast<char>(byte);
  }
  std::string long_one = everything;
  while (long_one.size() < 1024 * 1024) {
    long_one += long_one;
  }
  const std::string long_plain(1024 * 1024, 'x'), long_broken(1024 * 1024, '\x80');
  for (const std::string &text :
       {everything, long_one, long_plain, long_broken, everything + "\n\r\n", std::string("\xe2\x80")}) {
    for (void (*function)(void *) : {throws, throws_nested, fails_assertion, terminates}) {
      expect(function, text.c_str());
    }
  }
  expect(throws_type, everything.c_str());
  pthread_setname_np(pthread_self(), "\x1b[2J\n\xff");
  expect(faults_below_a_hostile_name, nullptr);
}
