// Evaluates each argument. What goes wrong in C++ is an error for that argument, and the next is still evaluated.
package main

import (
	"errors"
	"fmt"
	"os"

	"example/backstop"
	"example/calc"
)

func main() {
	status := 0
	variables := map[string]int64{"answer": 42}
	lookup := func(name string) (int64, bool) {
		value, ok := variables[name]
		return value, ok
	}
	for _, expression := range os.Args[1:] {
		value, err := calc.Evaluate(expression, lookup)
		var failed *backstop.Error
		switch {
		case err == nil:
			fmt.Println(value)
			continue
		case errors.As(err, &failed) && failed.Signal != 0:
			fmt.Printf("crashed by %v: %v\n", failed.Signal, err)
		default:
			fmt.Printf("failed: %v\n", err)
		}
		status = 1
	}
	os.Exit(status)
}
