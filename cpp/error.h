// What a failed guarded call hands to its caller.
#pragma once

#include "backstop/backstop.h"
#include "recorded.h"
#include "throw_site.h"
#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <typeinfo>

struct _Unwind_Exception;

namespace backstop {
namespace runtime {

// A text that is made when it is first asked for, by whichever thread.
class LazyText {
public:
  LazyText() noexcept : text_(nullptr) {}
  ~LazyText() { delete text_.load(); }
  LazyText(const LazyText &) = delete;
  LazyText &operator=(const LazyText &) = delete;

  // Null if memory is short.
  template <typename Make> const char *get(Make make) const noexcept {
    const std::string *text = text_.load(std::memory_order_acquire);
    if (text == nullptr) {
      try {
        auto made = std::make_unique<const std::string>(make());
        if (text_.compare_exchange_strong(text, made.get())) {
          text = made.release();
        } // or else another thread was faster
      } catch (const std::bad_alloc &) {
        return nullptr;
      }
    }
    return text->c_str();
  }

private:
  mutable std::atomic<const std::string *> text_;
};

// What the exception was, if one there was.
struct Thrown {
  std::exception_ptr exception;   // the object itself; null if it is another language's, or gone
  const std::type_info *type;     // null if it is another language's
  const std::exception *standard; // the same object as what nearly all are derived from; null if it isn't
  uint64_t language;              // the class of another language's, as the unwinder has it; 0: C++
  _Unwind_Exception *panic;       // of Rust, that came as Rust unwinds: to be given back to Rust. Null: none
};

// What only refusals have: how the domain stood, and why.
struct Refusal {
  backstop_domain_state_t state;
  uint64_t remaining; // of the cool-down
  uint32_t faults;    // within `window`, that opened it
  uint64_t window;
};

// What only faults have.
struct FaultRecord {
  backstop_fault fault;
  backstop_recovery recovery;
  backstop_frame frames[frames_kept]; // recovery.frames points here
  uint64_t registers[registers_kept];
  std::string message; // fault.message points here
};

} // namespace runtime
} // namespace backstop

struct backstop_error {
  backstop_error_kind_t kind;
  const backstop_site *site;
  backstop::runtime::Thrown thrown; // also under std::terminate, without the object
  bool has_what;
  std::string what;
  std::string category; // empty: no error code
  int32_t code;
  std::string paths[2];
  bool has_paths;
  std::unique_ptr<backstop_error> nested;
  backstop::runtime::OwnedThrowSite throw_site;
  backstop::runtime::FaultRecord *fault; // owned; null if it is none
  backstop::runtime::Refusal refusal;
  backstop_deadline deadline; // of kind BACKSTOP_DEADLINE; such an error has a fault, too, if it was interrupted
  std::string (*compose)(const backstop_error &); // makes the message
  backstop::runtime::LazyText type_name;
  backstop::runtime::LazyText message;

  ~backstop_error();
};

namespace backstop {
namespace runtime {

// Whether it is of a call that was recovered: of a fault, or interrupted at its deadline.
inline bool was_left(const backstop_error &error) noexcept {
  return error.kind == BACKSTOP_FAULT || (error.kind == BACKSTOP_DEADLINE && error.deadline.is_interrupted != 0);
}

// How long, for people.
std::string duration_text(uint64_t nanoseconds);

// A new one, of no kind yet; a spare one if memory is short.
backstop_error *new_error() noexcept;

// One of a few that are there already.
backstop_error *spare_error() noexcept;

// Fills in a text, or leaves it empty if memory is short, or if it is the library's own code that throws instead.
template <typename Make> void set_text(std::string &text, Make make) noexcept {
  try {
    text = make();
  } catch (const std::exception &) {
  }
}

// The readable form of std::type_info::name().
std::string demangled(const char *name);

// The same of a symbol, if it is one of C++. One of C may look like the name of a type: `f` is a float.
std::string readable_symbol(const char *symbol);

} // namespace runtime
} // namespace backstop
