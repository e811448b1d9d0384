// Package hostile does, for the tests, what the example does not: it calls C++ without a guard, and installs backstop's
// handler before Go's own, if the environment has INSTALL_BEFORE_GO.
package hostile

/*
#cgo LDFLAGS: -lcalc -lbackstop
#include <backstop/backstop.h>
#include <calc.h>
#include <stdlib.h>

__attribute__((constructor)) static void install_before_go(void) {
  if (getenv("INSTALL_BEFORE_GO") != NULL) {
    backstop_install(NULL);
  }
}
*/
import "C"

import "unsafe"

// Evaluate calls the library as if there were no backstop.
func Evaluate(expression string) int64 {
	call := C.calc_call{expression: C.CString(expression)}
	C.calc_evaluate(unsafe.Pointer(&call))
	return int64(call.value)
}
