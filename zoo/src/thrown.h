#pragma once

#include "rust/cxx.h"
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>

// A library with exceptions of its own, and every way to throw. What each function does is told in thrown.rs.
namespace zoo {

// How many are alive in the whole process.
class Counted {
public:
  Counted() noexcept { ++alive; }
  Counted(const Counted &) noexcept { ++alive; }
  Counted &operator=(const Counted &) noexcept = default;
  ~Counted() { --alive; }

  static std::atomic<std::int64_t> alive;
};

// Animals on the loose.
class Escape : public std::runtime_error {
public:
  Escape(const std::string &what, std::int32_t animals) : std::runtime_error(what), animals_(animals) {}
  std::int32_t animals() const noexcept { return animals_; }

private:
  std::int32_t animals_;
  Counted counted_;
};

// One that bites. It has a base before the other, so its address differs as the one or the other.
class Dangerous {
public:
  virtual ~Dangerous() = default;
  Counted counted;
};
class BitingEscape : public Dangerous, public Escape {
public:
  BitingEscape(const std::string &what, std::int32_t animals, std::int32_t teeth)
      : Escape(what, animals), teeth_(teeth) {}
  std::int32_t teeth() const noexcept { return teeth_; }

private:
  std::int32_t teeth_;
};

// Where nobody outside may see that it is a std::exception.
class PrivateEscape : std::runtime_error {
public:
  PrivateEscape() : std::runtime_error("nobody is to know") {}
};

// A std::exception in two ways, so that no clause for that takes it.
class LeftEscape : public std::runtime_error {
public:
  LeftEscape() : std::runtime_error("left") {}
};
class RightEscape : public std::logic_error {
public:
  RightEscape() : std::logic_error("right") {}
};
class AmbiguousEscape : public LeftEscape, public RightEscape {};

enum class Manner : std::uint8_t;
struct Relay;

void throw_as(Manner manner);
void pass(const Relay &relay);
bool pass_without_result(const Relay &relay);
rust::String catch_by_class(const Relay &relay);
void swallow(const Relay &relay);
void pass_noexcept(const Relay &relay);
void rethrow(const Relay &relay);
void throw_later(const Relay &relay);
void throw_around(const Relay &relay);
rust::String catch_unguarded(const Relay &relay);
void pass_unguarded(const Relay &relay);
std::int64_t counted_alive();
void call_failing(std::int32_t number);
void call_address(std::size_t function);
void cancel_thread();

} // namespace zoo
