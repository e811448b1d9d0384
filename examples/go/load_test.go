package main

import (
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"example/calc"
)

var sink atomic.Value

// Guarded calls of each kind, while the collector runs, SIGURG preempts loops that call nothing, and SIGPROF samples.
func TestUnderLoad(t *testing.T) {
	if err := pprof.StartCPUProfile(io.Discard); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()
	var stop int32
	var load, work sync.WaitGroup
	under := func(group *sync.WaitGroup, step func() bool) {
		group.Add(1)
		go func() {
			defer group.Done()
			for atomic.LoadInt32(&stop) == 0 && step() {
			}
		}()
	}
	under(&load, func() bool { runtime.GC(); return true })
	under(&load, func() bool { sink.Store(make([]byte, 64*1024)); return true })
	under(&load, func() bool {
		for i := 0; i < 50_000_000; i++ { // has no call at which it could be preempted
		}
		return true
	})

	var calls int64
	lookup := func(string) (int64, bool) { sink.Store(make([]byte, 100)); runtime.Gosched(); return 7, true }
	for i := 0; i < 16; i++ {
		under(&work, func() bool {
			atomic.AddInt64(&calls, 1)
			value, err := calc.Evaluate("x * (x - 1)", lookup)
			_, thrown := evaluate("1 +")
			_, divided := evaluate("1/0")
			_, null := evaluate("x")
			ok := value == 42 && err == nil && nilPanics() &&
				thrown != nil && thrown.Type == "calc::syntax_error" &&
				divided != nil && divided.Signal == syscall.SIGFPE &&
				null != nil && null.Signal == syscall.SIGSEGV
			if !ok {
				t.Errorf("%v %v %+v %+v %+v", value, err, thrown, divided, null)
			}
			return ok
		})
	}
	time.Sleep(3 * time.Second)
	atomic.StoreInt32(&stop, 1)
	work.Wait()
	load.Wait()
	t.Log(calls, "rounds")
}

// What a thread has for its guarded calls goes as it ends.
func TestThreadsEnd(t *testing.T) {
	mappings := func() int {
		maps, err := os.ReadFile("/proc/self/maps")
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(maps), "\n")
	}
	thread := func() {
		done := make(chan bool)
		go func() {
			runtime.LockOSThread() // and never unlocks, so the thread ends with the goroutine
			_, failed := evaluate("1/0")
			done <- failed != nil && nilPanics()
		}()
		if !<-done {
			t.Fatal("a fault is lost")
		}
	}
	for i := 0; i < 100; i++ {
		thread()
	}
	before := mappings()
	for i := 0; i < 2000; i++ {
		thread()
	}
	if after := mappings(); after > before+200 {
		t.Errorf("%d mappings became %d", before, after)
	}
}
