#include "thread.h"

namespace backstop {
namespace runtime {

BACKSTOP_THREAD_LOCAL Thread thread;

} // namespace runtime
} // namespace backstop
