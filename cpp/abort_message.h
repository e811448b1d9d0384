// What libc had to say before it aborted: a failed assertion, a check of the allocator's.
#pragma once

namespace backstop {
namespace runtime {

struct AbortMessage;

// Takes the message of the abort that is going on, so that nobody unmaps it: the next abort, on whichever
// thread, would. Null if there is none. There is one for the whole process, so when two threads abort at the
// same moment, one may get the other's.
AbortMessage *take_abort_message() noexcept;

// Its text; null if it is null.
const char *text_of(const AbortMessage *message) noexcept;

// Puts it back for crash dumps, as the abort goes on after all.
void give_back(AbortMessage *message) noexcept;

// Done with it: the abort was recovered, and the next one must not find it.
void release(AbortMessage *message) noexcept;

// Whether an abort without a message is known to be the program's own. Where messages can't be read (a static
// glibc) it may just as well be the allocator's.
bool aborts_are_explained() noexcept;

// Finds where libc keeps it. Once, in ordinary context. The others are async-signal-safe.
void prepare_abort_messages() noexcept;

} // namespace runtime
} // namespace backstop
