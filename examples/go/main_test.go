package main

import (
	"errors"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"example/backstop"
	"example/calc"
)

// What runs in a process of its own, for it is to die or has another order of installation, is this program again.
func TestMain(m *testing.M) {
	if child, ok := children[os.Getenv("CHILD")]; ok {
		child()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func evaluate(expression string) (int64, *backstop.Error) {
	value, err := calc.Evaluate(expression, nil)
	var failed *backstop.Error
	errors.As(err, &failed)
	return value, failed
}

func nested() string { return strings.Repeat("(", 1_000_000) }

func TestValue(t *testing.T) {
	value, err := calc.Evaluate("2 * (x - 1)", func(name string) (int64, bool) { return 22, name == "x" })
	if err != nil || value != 42 {
		t.Error(value, err)
	}
}

func TestExceptionIsAnError(t *testing.T) {
	for _, c := range []struct{ expression, typ, what string }{
		{"1 +", "calc::syntax_error", "it ends too early"},
		{"99999999999999999999", "std::out_of_range", "stoll"},
	} {
		_, failed := evaluate(c.expression)
		if failed == nil || failed.Signal != 0 || failed.Type != c.typ || failed.What != c.what {
			t.Errorf("%s: %+v", c.expression, failed)
		}
	}
}

func TestFaultIsAnError(t *testing.T) {
	for _, c := range []struct {
		expression string
		signal     syscall.Signal
		message    string
	}{
		{"1/0", syscall.SIGFPE, "integer division by zero"},
		{"x", syscall.SIGSEGV, "null dereference"},
		{"", syscall.SIGABRT, "assertion failed"},
		{nested(), syscall.SIGSEGV, "stack overflow"},
	} {
		_, failed := evaluate(c.expression)
		if failed == nil || failed.Signal != c.signal || !strings.Contains(failed.Message, c.message) {
			t.Errorf("%.10s: %+v", c.expression, failed)
			continue
		}
		if failed.Type != "" || failed.Site != "calc_evaluate" || len(failed.Frames) < 2 {
			t.Errorf("%.10s: %+v", c.expression, failed)
		}
	}
	_, failed := evaluate("x")
	if !failed.HasAddress || failed.Address != 0 || failed.Code != 1 { // SEGV_MAPERR
		t.Errorf("%+v", failed)
	}
	_, failed = evaluate("1/0")
	if failed.Torn || !failed.Frames[0].Unwound {
		t.Errorf("%+v", failed)
	}
}

// nilPanics dereferences nil, and answers whether that was the runtime's panic.
func nilPanics() (ok bool) {
	defer func() {
		err, _ := recover().(runtime.Error)
		ok = err != nil && strings.Contains(err.Error(), "nil pointer dereference")
	}()
	var none *struct{ field int }
	none.field++
	return false
}

// alternate has C++ fault and Go dereference nil, in turns. It answers whether none of it was lost.
func alternate(rounds int) bool {
	for round := 0; round < rounds; round++ {
		expression, signal := "1/0", syscall.SIGFPE
		if round%2 == 0 {
			expression, signal = "x", syscall.SIGSEGV
		}
		if _, failed := evaluate(expression); failed == nil || failed.Signal != signal || !nilPanics() {
			return false
		}
	}
	return true
}

func TestAlternating(t *testing.T) {
	if !alternate(10_000) {
		t.Error("a fault is lost")
	}
}

func TestAlternatingOnManyThreads(t *testing.T) {
	const threads = 8
	ends := make(chan bool)
	for i := 0; i < threads; i++ {
		go func() {
			runtime.LockOSThread() // one each, which ends with the goroutine
			ends <- alternate(10_000)
		}()
	}
	for i := 0; i < threads; i++ {
		if !<-ends {
			t.Error("a fault is lost")
		}
	}
}
