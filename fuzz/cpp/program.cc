#include "backstop-fuzz/cpp/program.h"
#include "backstop-fuzz/src/program/ffi.rs.h"
#include "backstop/backstop.hpp"
#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>

namespace {

// Plain memory, which no recovery takes back.
std::array<std::uint32_t, 4096> log_;
std::uint32_t length_;

constexpr std::uint32_t destructor = 10000, deferred = 20000;

struct Odd {
  std::uint32_t number;
};

struct Tracked {
  std::uint32_t number;
  ~Tracked() { note(destructor + number); }
};

void block(const Program &program, std::uint32_t number);

[[gnu::noinline]] void local(const Program &program, const Op &op) {
  const Tracked tracked{op.number};
  block(program, op.child);
}

[[gnu::noinline]] void defer(const Program &program, const Op &op) {
  const backstop::defer cleanup([&op] { note(deferred + op.number); });
  block(program, op.child);
}

[[noreturn, gnu::noinline]] void throw_number(std::uint32_t type, std::uint32_t number) {
  switch (type) {
  case 0:
    throw std::runtime_error(std::to_string(number));
  case 1:
    throw static_cast<int>(number);
  default:
    throw Odd{number};
  }
}

// Each by itself, and nothing after it: where a function without a table goes on to call others, a destructor may be
// among them, and the recovery counts as torn.
[[gnu::noinline]] int read(const volatile int *place) { return *place; }
[[gnu::noinline]] void write(volatile int *place) { *place = 1; }
[[gnu::noinline]] int divide(volatile int by) { return 1 / by; }
[[gnu::noinline]] void trap() { __builtin_trap(); }

volatile int sink; // what isn't used isn't computed

[[gnu::noinline]] void fault(std::uint32_t kind) {
  switch (kind) {
  case 0:
    return static_cast<void>(read(nullptr));
  case 1:
    return write(nullptr);
  case 2:
    sink = divide(0);
    return;
  case 3:
    return trap();
  default:
    std::abort();
  }
}

[[gnu::noinline]] void catching(const Program &program, const Op &op) {
  switch (op.type) {
  case 0:
    try {
      block(program, op.child);
    } catch (const std::exception &) {
      block(program, op.other);
      if (op.again) {
        throw;
      }
    }
    break;
  case 1:
    try {
      block(program, op.child);
    } catch (int) {
      block(program, op.other);
      if (op.again) {
        throw;
      }
    }
    break;
  default:
    try {
      block(program, op.child);
    } catch (...) {
      block(program, op.other);
      if (op.again) {
        throw;
      }
    }
  }
}

[[gnu::noinline]] void terminating(const Program &program, const Op &op) noexcept { block(program, op.child); }

// As the guarded calls of Rust note theirs.
std::uint32_t code_of(const backstop_error *error) {
  if (const backstop_fault *fault = backstop_error_fault(error)) {
    const backstop_recovery *recovery = backstop_error_recovery(error);
    return 300000 + static_cast<std::uint32_t>(fault->signal) * 10 + (recovery != nullptr && recovery->is_torn ? 1 : 0);
  }
  if (backstop_error_kind(error) == BACKSTOP_PANIC) {
    return 400000;
  }
  const std::string type = backstop_error_type_name(error);
  return type == "std::runtime_error"           ? 200000
         : type == "int"                        ? 210000
         : type == "(anonymous namespace)::Odd" ? 220000
                                                : 230000;
}

[[gnu::noinline]] void guarded(const Program &program, const Op &op) {
  const auto outcome = backstop::call(BACKSTOP_HERE("guarded by C++"), [&] { block(program, op.child); });
  note(outcome ? 100000 : code_of(outcome.error().get()));
}

[[gnu::noinline]] void held(const Program &program, const Op &op) {
  const backstop::hold hold;
  block(program, op.child);
}

void step(const Program &program, const Op &op) {
  switch (op.kind) {
  case 0:
    return note(op.number);
  case 1:
    return local(program, op);
  case 2:
    return defer(program, op);
  case 3:
    throw_number(op.type, op.number);
  case 4:
    return fault(op.type);
  case 5:
    return catching(program, op);
  case 6:
    return terminating(program, op);
  case 7:
    return guarded(program, op);
  case 8:
    return held(program, op);
  case 9:
    return call_back(program, op.child);
  default:
    return call_back_fallible(program, op.child);
  }
}

void block(const Program &program, std::uint32_t number) {
  const Block &block = program.blocks[number];
  for (std::uint32_t at = block.start; at < block.end; ++at) {
    step(program, program.ops[at]);
  }
}

} // namespace

void run(const Program &program, std::uint32_t number) { block(program, number); }
void run_jump(const Program &program, std::uint32_t number) { block(program, number); }

void forget_events() { length_ = 0; }
rust::Slice<const std::uint32_t> events() { return {log_.data(), length_}; }

void note(std::uint32_t event) {
  if (length_ < log_.size()) {
    log_[length_++] = event;
  }
}

bool is_clean() {
  void *memory = std::malloc(1000);
  std::free(memory);
  return memory != nullptr && std::uncaught_exceptions() == 0 && std::current_exception() == nullptr;
}
