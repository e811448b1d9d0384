// What the language-specific table of a frame says about leaving it where it stands.
#pragma once

#include <cstdint>
#include <unwind.h>

namespace backstop {
namespace runtime {

enum class Passage : uint8_t {
  no_table, // nothing to run, as far as the table tells: there is none
  passes,   // an entry that says: nothing to run
  cleans,   // an entry with code to run
  early,    // before all entries: where the function builds its frame, there is nothing yet
  blocked,  // no entry, or one that ends the process: C++ would call std::terminate
  foreign,  // of a language whose rules aren't known here, or are known to forbid it
};

// Where the function begins that holds this return address, and where the one ends that this instruction is in. 0: in
// none that is known.
uintptr_t function_of(uintptr_t return_address) noexcept;
uintptr_t end_of_function(uintptr_t instruction) noexcept;

// Asks for the frame of `context`, which the unwinder has handed to a callback. Reads the tables of the module: call it
// where a fault is caught.
Passage passage_of(_Unwind_Context *context) noexcept;

} // namespace runtime
} // namespace backstop
