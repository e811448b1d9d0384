// What a failed guarded call hands to its caller.
#pragma once

#include "backstop/backstop.h"
#include "recorded.h"
#include "throw_site.h"
#include <new>
#include <string>

struct backstop_error {
  backstop_error_kind_t kind;
  const backstop_site *site;
  backstop_fault fault;
  std::string fault_message; // fault.message points here
  backstop_recovery recovery;
  backstop_frame frames[backstop::runtime::frames_kept]; // recovery.frames points here
  uint64_t registers[backstop::runtime::registers_kept];
  bool has_type_name, has_what;
  std::string type_name;
  std::string what;
  std::string message;
  backstop::runtime::OwnedThrowSite throw_site;
};

namespace backstop {
namespace runtime {

// A new one, of no kind yet; a spare one if memory is short.
backstop_error *new_error() noexcept;

// One of a few that are there already.
backstop_error *spare_error() noexcept;

// Fills in a text, or leaves it empty if memory is short.
template <typename Make> void set_text(std::string &text, Make make) noexcept {
  try {
    text = make();
  } catch (const std::bad_alloc &) {
  }
}

// The text with its line breaks spelt out, so that a message is one line. Those at the end go.
std::string one_line(const std::string &text);

// The readable form of std::type_info::name().
std::string demangled(const char *name);

} // namespace runtime
} // namespace backstop
