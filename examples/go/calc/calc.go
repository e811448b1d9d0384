// Package calc is a binding of the C++ library in examples/calc, whose every call is guarded.
package calc

/*
#cgo LDFLAGS: -lcalc -lbackstop
#include <calc.h>
#include <stdlib.h>

int lookup_in_go(void *data, const char *name, int64_t *value);
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"

	"example/backstop"
)

var site = backstop.NewSite("calc_evaluate")

// Lookup answers the value of a variable, and whether there is one.
type Lookup func(name string) (int64, bool)

// Evaluate answers the expression's value. What C++ throws, and its crashes, come as a *backstop.Error. (lookup may be
// nil, of which the library doesn't think.) If lookup panics, so does Evaluate.
func Evaluate(expression string, lookup Lookup) (int64, error) {
	text := C.CString(expression)
	defer C.free(unsafe.Pointer(text))
	call := C.calc_call{expression: text}

	state := callback{lookup: lookup}
	if lookup != nil {
		handle := cgo.NewHandle(&state)
		defer handle.Delete()
		data := (*C.uintptr_t)(C.malloc(C.sizeof_uintptr_t))
		defer C.free(unsafe.Pointer(data))
		*data = C.uintptr_t(handle)
		call.lookup = (*[0]byte)(C.lookup_in_go)
		call.data = unsafe.Pointer(data)
	}

	err := backstop.Call(site, unsafe.Pointer(C.calc_evaluate), unsafe.Pointer(&call))
	if state.panicked {
		panic(state.panic)
	}
	if err != nil {
		return 0, err
	}
	return int64(call.value), nil
}

// callback is a lookup on its way through C++. A panic must not run through frames of C++, nor leave a guard behind: it
// waits here until they have returned.
type callback struct {
	lookup   Lookup
	panicked bool
	panic    any
}

//export goLookup
func goLookup(handle C.uintptr_t, name *C.char, value *C.int64_t) (result C.int) {
	state := cgo.Handle(handle).Value().(*callback)
	state.panicked = true // until it has returned
	defer func() {
		if state.panicked {
			state.panic = recover()
			result = 1
		}
	}()
	found, ok := state.lookup(C.GoString(name))
	state.panicked = false
	if !ok {
		return 1
	}
	*value = C.int64_t(found)
	return 0
}
