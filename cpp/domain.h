// What a group of sites has in common: how its calls went, and whether they are made at all.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

// The one thing that a call looks at before it is made.
inline bool may_refuse(const backstop_domain *domain) noexcept {
  return domain != nullptr && __atomic_load_n(&domain->refusing, __ATOMIC_RELAXED) != 0;
}

// The error of a call that is not made. Null if it is to be made: the domain is healthy by now, or the call is its
// probe, or one that the probe makes itself.
backstop_error *refuse(const backstop_site *site) noexcept;

// Counts the error, if it is an exception: of calls that the program made, and not of those that we make for its sake.
void note_exception(const backstop_error &error) noexcept;

// Notes a fault, or a call that has overrun its deadline, in ordinary context. `message` is the error's; null: there is
// no memory for it. Allocates nothing.
void note_fault(const backstop_error &error, const char *message) noexcept;

} // namespace runtime
} // namespace backstop
