// Package main is Go as a shared library, for the test with a C program: testdata/host.c.
package main

import "C"

import (
	"errors"

	"example/backstop"
	"example/calc"
)

// crashBoth has C++ crash and Go dereference nil, and answers how many of the two were lost.
//
//export crashBoth
func crashBoth() (lost C.int) {
	_, err := calc.Evaluate("1/0", nil)
	if failed := (*backstop.Error)(nil); !errors.As(err, &failed) || failed.Signal == 0 {
		lost++
	}
	defer func() {
		if recover() == nil {
			lost++
		}
	}()
	var none *int
	*none = 1
	return lost
}

func main() {}
