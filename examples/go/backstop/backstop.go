// Package backstop calls C and C++ that may crash, and answers a crash or an exception with an error.
package backstop

/*
#cgo LDFLAGS: -lbackstop
#include <backstop/backstop.h>
#include <stdlib.h>

typedef void (*backstop_function)(void *);
*/
import "C"

import (
	"syscall"
	"unsafe"
)

// A program's own handlers of faults come after Go's own, which are there before any init function runs: what no guard
// covers goes on to those.
func init() {
	if C.backstop_install(nil) == C.BACKSTOP_REFUSED {
		panic("backstop: the kernel refused the fault handler; is a seccomp filter in force?")
	}
}

// Site is what is being guarded. It is never freed: make it a package variable.
type Site struct{ site *C.backstop_site }

// NewSite makes a site of this name, which stands in the messages of its errors.
func NewSite(name string) Site {
	site := (*C.backstop_site)(C.calloc(1, C.sizeof_backstop_site))
	site.name = C.CString(name)
	site.file = C.CString("go")
	return Site{site}
}

// Call calls the C function of type void (*)(void *) under a guard. The rules of cgo hold for context: Go memory that it
// points to must not hold pointers to Go memory. A Go function that the C code calls back must not panic through it:
// see package calc.
func Call(site Site, function, context unsafe.Pointer) error {
	failed := C.backstop_call(site.site, C.backstop_function(function), context)
	if failed == nil {
		return nil
	}
	defer C.backstop_error_free(failed)
	return newError(failed)
}

// Error is what ended a guarded call.
type Error struct {
	Site    string
	Message string // one line that names site and cause

	Signal  syscall.Signal // 0 if it was an exception
	Code    int            // si_code of the signal
	Address uintptr        // what was accessed, if HasAddress
	// HasAddress says whether the machine gave an address.
	HasAddress bool

	Type string // the C++ type of the exception; empty if it was a fault
	What string // what the exception says

	Frames []Frame // of the fault; innermost first
	Torn   bool    // something may be leaked, locked or half changed
}

// Frame is one function that was running when the fault struck.
type Frame struct {
	PC      uintptr
	Unwound bool // it was left with its destructors run; otherwise it was hopped, jumped over, or has not been left
}

func (e *Error) Error() string { return e.Message }

func newError(failed *C.backstop_error) *Error {
	e := &Error{
		Site:    C.GoString(C.backstop_error_site(failed).name),
		Message: C.GoString(C.backstop_error_message(failed)),
		Type:    C.GoString(C.backstop_error_type_name(failed)),
		What:    C.GoString(C.backstop_error_what(failed, nil)),
	}
	if fault := C.backstop_error_fault(failed); fault != nil {
		e.Signal = syscall.Signal(fault.signal)
		e.Code = int(fault.code)
		e.Address, e.HasAddress = uintptr(fault.address), fault.has_address != 0
	}
	if recovery := C.backstop_error_recovery(failed); recovery != nil {
		e.Torn = recovery.is_torn != 0
		e.Frames = frames(recovery.frames, recovery.frame_count)
	} else if trace := C.backstop_error_trace(failed); trace != nil {
		e.Frames = frames(trace.frames, trace.frame_count)
	}
	return e
}

func frames(first *C.backstop_frame, count C.size_t) []Frame {
	frames := make([]Frame, count)
	for i, frame := range unsafe.Slice(first, count) {
		frames[i] = Frame{uintptr(frame.instruction_pointer), frame.state == C.BACKSTOP_FRAME_UNWOUND}
	}
	return frames
}
