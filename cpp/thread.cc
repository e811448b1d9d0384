#include "thread.h"

namespace backstop {
namespace runtime {

BACKSTOP_THREAD_LOCAL Thread thread = {};

} // namespace runtime
} // namespace backstop

BACKSTOP_THREAD_LOCAL const backstop_site *backstop_v0_bridge_slot;
