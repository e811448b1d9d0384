"""Evaluates each argument. What goes wrong in C++ is an exception for that argument, and the next is still evaluated."""

import sys

import backstop
import calc

VARIABLES = {"answer": 42}

status = 0
for expression in sys.argv[1:]:
    try:
        print(calc.evaluate(expression, VARIABLES.__getitem__))
        continue
    except backstop.Fault as fault:
        print(f"crashed by {fault.signal.name}: {fault}")
    except backstop.CxxException as exception:
        print(f"failed: {exception}")
    except KeyError as name:
        print(f"unknown: {name}")
    status = 1
sys.exit(status)
