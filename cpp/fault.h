// The fault that ended a guarded call, as an error.
#pragma once

#include "snapshot.h"

namespace backstop {
namespace runtime {

backstop_error *error_from(const Snapshot &snapshot, const backstop_site *site);

} // namespace runtime
} // namespace backstop
