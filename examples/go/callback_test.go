package main

import (
	"errors"
	"runtime"
	"syscall"
	"testing"

	"example/backstop"
	"example/calc"
)

// Go that is called back by guarded C++ is as Go is everywhere.
func TestNilDereferenceInACallback(t *testing.T) {
	lookup := func(string) (int64, bool) {
		if !nilPanics() {
			t.Error("the nil dereference is lost")
		}
		return 1, true
	}
	for round := 0; round < 1000; round++ {
		if value, err := calc.Evaluate("x", lookup); value != 1 || err != nil {
			t.Fatal(value, err)
		}
	}
}

func TestPanicPassesThroughCxx(t *testing.T) {
	for round := 0; round < 1000; round++ {
		func() {
			defer func() {
				if _, ok := recover().(runtime.Error); !ok {
					t.Fatal("the panic is lost")
				}
			}()
			calc.Evaluate("x", func(string) (int64, bool) {
				var none *struct{ field int64 }
				return none.field, true
			})
			t.Fatal("it returned")
		}()
		if _, failed := evaluate("1/0"); failed == nil {
			t.Fatal("the fault after it is lost")
		}
	}
}

func TestGuardsNest(t *testing.T) {
	var depth int
	var lookup calc.Lookup
	lookup = func(string) (int64, bool) {
		if depth++; depth < 50 {
			value, err := calc.Evaluate("x + 1", lookup)
			return value, err == nil
		}
		_, err := calc.Evaluate("1/0", nil)
		var failed *backstop.Error
		return 1, errors.As(err, &failed) && failed.Signal == syscall.SIGFPE
	}
	if value, err := calc.Evaluate("x + 1", lookup); value != 51 || err != nil {
		t.Error(value, err)
	}
}
