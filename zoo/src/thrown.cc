// Exceptions that say more than a text, and how they pass through C++.
#include "backstop-zoo/src/thrown.h"
#include "backstop-zoo/src/thrown.rs.h"
#include "backstop/rust.hpp"
#include <cerrno>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <new>
#include <pthread.h>
#include <regex>
#include <system_error>
#include <thread>
#include <typeinfo>

namespace zoo {

std::atomic<std::int64_t> Counted::alive;

std::int64_t counted_alive() { return Counted::alive; }

namespace {

class FeedingErrors : public std::error_category {
  const char *name() const noexcept override { return "feeding"; }
  std::string message(int value) const override { return "feeding error " + std::to_string(value); }
};

const FeedingErrors feeding_errors;

struct Bare {
  int number;
  Counted counted;
};

[[noreturn]] void throw_nested(int depth) {
  if (depth == 0) {
    throw Escape("the gate was open", 3);
  }
  try {
    throw_nested(depth - 1);
  } catch (...) {
    std::throw_with_nested(std::logic_error("nest " + std::to_string(depth)));
  }
}

} // namespace

void throw_as(Manner manner) {
  const Counted local;
  switch (manner) {
  case Manner::Runtime:
    throw std::runtime_error("the lion is out");
  case Manner::Escape:
    throw Escape("two tigers", 2);
  case Manner::BitingEscape:
    throw BitingEscape("one crocodile", 1, 66);
  case Manner::PrivateEscape:
    throw PrivateEscape();
  case Manner::AmbiguousEscape:
    throw AmbiguousEscape();
  case Manner::Number:
    throw 42;
  case Manner::Text:
    throw "the tiger too";
  case Manner::Struct:
    throw Bare{7, {}};
  case Manner::Pointer: {
    static std::runtime_error error("by pointer");
    throw &error;
  }
  case Manner::Nested:
    throw_nested(1);
  case Manner::DeeplyNested:
    throw_nested(100);
  case Manner::System:
    throw std::system_error(ENOENT, std::generic_category(), "opening the gate");
  case Manner::Feeding:
    throw std::system_error(7, feeding_errors, "at noon");
  case Manner::Code:
    throw std::make_error_code(std::errc::permission_denied);
  case Manner::Filesystem:
    std::filesystem::rename("/nowhere/from", "/nowhere/to");
    return;
  case Manner::Stream: {
    std::ifstream stream;
    stream.exceptions(std::ios::failbit);
    stream.open("/nowhere/at/all");
    return;
  }
  case Manner::Regex:
    std::regex("(");
    return;
  case Manner::Future:
    std::future<int>().get();
    return;
  case Manner::Alloc:
    throw std::bad_alloc();
  default:
    return;
  }
}

void pass(const Relay &relay) {
  const Counted local;
  relay.run();
}

bool pass_without_result(const Relay &relay) {
  const Counted local;
  return relay.run_without_result();
}

rust::String catch_by_class(const Relay &relay) {
  const Counted local;
  try {
    relay.run();
  } catch (const BitingEscape &escape) {
    return "BitingEscape with teeth: " + std::to_string(escape.teeth());
  } catch (const Escape &escape) {
    return "Escape of animals: " + std::to_string(escape.animals());
  } catch (const backstop::rust_panic &panic) {
    return std::string("rust_panic: ") + panic.what();
  } catch (const backstop::rust_error &error) {
    const backstop::rust_error copy = error;
    return std::string("rust_error: ") + copy.what();
  } catch (const std::exception &exception) {
    return std::string("std::exception: ") + exception.what();
  } catch (int number) {
    return "int: " + std::to_string(number);
  } catch (...) {
    return "...";
  }
  return "nothing";
}

void swallow(const Relay &relay) {
  const Counted local;
  try {
    relay.run();
  } catch (...) {
  }
}

void pass_noexcept(const Relay &relay) {
  const auto pass = [&]() noexcept { relay.run(); };
  pass();
}

void rethrow(const Relay &relay) {
  try {
    relay.run();
  } catch (const rust::Error &) {
    throw;
  } catch (const Escape &) {
    throw;
  } catch (...) {
    throw;
  }
}

void throw_later(const Relay &relay) {
  std::exception_ptr kept;
  std::thread([&] {
    try {
      relay.run();
    } catch (...) {
      kept = std::current_exception();
    }
  }).join();
  if (kept != nullptr) {
    std::rethrow_exception(kept);
  }
}

void throw_around(const Relay &relay) {
  try {
    relay.run();
  } catch (...) {
    std::throw_with_nested(Escape("around it", 4));
  }
}

rust::String catch_unguarded(const Relay &relay) { return catch_by_class(relay); }

void pass_unguarded(const Relay &relay) { relay.run(); }

void call_failing(std::int32_t number) {
  switch (number) {
  case 0:
    return with_error();
  case 1:
    return with_string();
  case 2:
    return with_text_only();
  case 3:
    return with_exception();
  case 4:
    return with_exception_in_a_box();
  case 5:
    return with_exception_in_a_box_to_send();
  default:
    return with_exception_in_a_pointer();
  }
}

void call_address(std::size_t function) {
  const Counted local;
  reinterpret_cast<void (*)()>(function)();
}

void cancel_thread() {
  const Counted local;
  pthread_cancel(pthread_self());
  pthread_testcancel();
}

} // namespace zoo
