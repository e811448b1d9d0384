#include "calc.h"
#include <cassert>
#include <cctype>
#include <stdexcept>
#include <string>

namespace calc {

struct syntax_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

struct unknown_variable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace {

class Parser {
public:
  explicit Parser(const calc_call &call) : call_(call), rest_(call.expression) {}

  int64_t all() {
    assert(*rest_ != '\0' && "there is nothing to evaluate");
    const int64_t value = sum();
    if (*rest_ != '\0') {
      throw syntax_error("unexpected `" + std::string(1, *rest_) + "'");
    }
    return value;
  }

private:
  int64_t sum() {
    int64_t value = product();
    for (;;) {
      if (take('+')) {
        value += product();
      } else if (take('-')) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  int64_t product() {
    int64_t value = atom();
    for (;;) {
      if (take('*')) {
        value *= atom();
      } else if (take('/')) {
        value /= atom(); // nobody thought of zero
      } else {
        return value;
      }
    }
  }

  int64_t atom() {
    if (take('(')) { // nor of a thousand of them
      const int64_t value = sum();
      if (!take(')')) {
        throw syntax_error("`)' is missing");
      }
      return value;
    }
    if (std::isdigit(static_cast<unsigned char>(*rest_))) {
      return std::stoll(word(std::isdigit));
    }
    if (std::isalpha(static_cast<unsigned char>(*rest_))) {
      return variable(word(std::isalnum));
    }
    throw syntax_error(*rest_ == '\0' ? "it ends too early" : "unexpected `" + std::string(1, *rest_) + "'");
  }

  int64_t variable(const std::string &name) {
    int64_t value = 0;
    if (call_.lookup(call_.data, name.c_str(), &value) != 0) { // nor that there may be no lookup
      throw unknown_variable(name);
    }
    return value;
  }

  std::string word(int (*belongs)(int)) {
    std::string word;
    while (belongs(static_cast<unsigned char>(*rest_))) {
      word += *rest_++;
    }
    while (take(' ')) {
    }
    return word;
  }

  bool take(char wanted) {
    if (*rest_ != wanted) {
      return false;
    }
    do {
      ++rest_;
    } while (*rest_ == ' ');
    return true;
  }

  const calc_call &call_;
  const char *rest_;
};

} // namespace
} // namespace calc

void calc_evaluate(void *context) {
  auto *call = static_cast<calc_call *>(context);
  call->value = calc::Parser(*call).all();
}
