// What a group of sites has in common: whether a torn recovery has left their library in doubt.
#pragma once

#include "backstop/backstop.h"

namespace backstop {
namespace runtime {

inline bool is_tainted(const backstop_domain *domain) noexcept {
  return domain != nullptr && __atomic_load_n(&domain->refusing, __ATOMIC_RELAXED) != 0;
}

// Notes the first fault, in ordinary context. Later ones don't replace it. Null: no text, and no memory is needed.
void taint(backstop_domain *domain, const char *message) noexcept;

// The error of a call that is not made. Null if the domain has been reset since.
backstop_error *refuse(const backstop_site *site) noexcept;

} // namespace runtime
} // namespace backstop
