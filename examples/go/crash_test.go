package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"example/internal/hostile"
)

// crashes are expressions that nobody guards against, and whether Go itself has something to say about it.
var crashes = map[string]struct {
	expression string
	isReported bool
}{
	"divided":    {"1/0", true},
	"null":       {"x", true},
	"aborted":    {"", true},
	"thrown":     {"1 +", true}, // nobody catches it: std::terminate
	"overflowed": {nested(), false},
}

// children are what runs in a process of its own.
var children = map[string]func(){
	"nil": func() {
		evaluate("1")
		var none *int
		*none = 1
	},
	"alternating": func() { fmt.Print(alternate(10_000)) },
}

func init() {
	for name, crash := range crashes {
		expression := crash.expression
		children["unguarded "+name] = func() {
			evaluate("1") // so that everything is set up
			hostile.Evaluate(expression)
		}
		children["guarded "+name] = func() {
			_, failed := evaluate(expression)
			fmt.Print(failed.Signal)
		}
	}
}

var numbers = regexp.MustCompile(`0x[0-9a-f]+|\b[0-9]+\b`)

// aboutTheCrash is the report up to the goroutine that crashed. The states of those that follow are a matter of chance.
var aboutTheCrash = regexp.MustCompile(`(?s)^.*?(\n\ngoroutine .*?\n\n|$)`)

// end answers how a child ended and what it wrote, with # for the numbers in it.
func end(t *testing.T, child string, environment ...string) (status, output string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self)
	command.Env = append(append(os.Environ(), "CHILD="+child), environment...)
	limit := time.AfterFunc(30*time.Second, func() { command.Process.Kill() })
	defer limit.Stop()
	text, _ := command.CombinedOutput()
	return command.ProcessState.String(), numbers.ReplaceAllString(string(text), "#")
}

// What no guard covers ends as if backstop weren't there, with Go's own report.
func TestUnguardedCrash(t *testing.T) {
	check := func(child string, isReported bool) {
		for _, traceback := range []string{"GOTRACEBACK=single", "GOTRACEBACK=crash"} {
			status, output := end(t, child, traceback)
			wanted, report := end(t, child, traceback, "BACKSTOP_DISABLE=1")
			output, report = aboutTheCrash.FindString(output), aboutTheCrash.FindString(report)
			if status != wanted || output != report || strings.Contains(output, "SIG") != isReported {
				t.Errorf("%s, %s: %s\n%s\nbut without backstop: %s\n%s", child, traceback, status, output, wanted, report)
			}
		}
	}
	check("nil", true)
	for name, crash := range crashes {
		check("unguarded "+name, crash.isReported)
	}
}

// Go that comes after backstop takes all signals over. It passes on what is C's, but not SIGABRT, and what no guard
// covers ends the process before Go has reported it. So install when Go runs, as package backstop does.
func TestInstalledBeforeGo(t *testing.T) {
	for child, wanted := range map[string]string{
		"guarded null":       "segmentation fault",
		"guarded divided":    "floating point exception",
		"guarded overflowed": "segmentation fault",
		"guarded aborted":    "SIGABRT: abort",
		"unguarded null":     "",
		"nil":                "panic: runtime error: invalid memory address or nil pointer dereference",
		"alternating":        "true",
	} {
		status, output := end(t, child, "INSTALL_BEFORE_GO=1")
		if !strings.Contains(output, wanted) || (wanted == "" && (output != "" || !strings.Contains(status, "segmentation fault"))) {
			t.Errorf("%s: %s\n%s", child, status, output)
		}
	}
}
