#include "_cgo_export.h"
#include <backstop/backstop.h>

/* While Go runs, no guard is to recover from what it does: a fault there is Go's, and becomes a panic. */
int lookup_in_go(void *data, const char *name, int64_t *value) {
  const uint32_t barrier = backstop_barrier_enter("lookup");
  const int result = goLookup(*(uintptr_t *)data, (char *)name, value);
  backstop_barrier_leave(barrier);
  return result;
}
