// What libc's own functions have asked to be done if they don't come to their end.
#pragma once

#include <cstdint>

namespace backstop {
namespace runtime {

// What comes after: destructors, which give back the lock that a wait had given up and its handler has taken back; or
// none, so that it is given back here.
enum class Then { unwind, jump };

// Runs the handlers of the functions whose frames lie below `guard`; they release the lock of a FILE, say. To be done
// before those frames are unwound or overwritten, for the list runs through them. Not under read_carefully. May fault
// if the stack is damaged, and may wait for as long as somebody holds the lock of a wait.
void run_libc_cleanups(uintptr_t guard, Then then);

} // namespace runtime
} // namespace backstop
