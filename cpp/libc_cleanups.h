// What libc's own functions have asked to be done if they don't come to their end.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

// Runs the handlers of the functions whose frames lie below `guard`; they release the lock of a FILE, say. To be done
// before those frames are unwound or overwritten, for the list runs through them. Not under read_carefully. May fault
// if the stack is damaged.
void run_libc_cleanups(uintptr_t guard);

} // namespace runtime
} // namespace backstop
