"""Crashes of C++ are exceptions, and Python goes on as ever; see README.md."""

import os
import re
import signal
import subprocess
import sys
import threading
import unittest

import backstop
import calc

NESTED = "(" * 1_000_000
CRASHES = {"1/0": signal.SIGFPE, "x": signal.SIGSEGV, "": signal.SIGABRT, NESTED: signal.SIGSEGV}


def alternate(rounds):
    """Has C++ fault and Python raise an exception of its own, in turns. Answers how many of each there were."""
    faults = errors = 0
    for number in range(rounds):
        try:
            calc.evaluate("x" if number % 2 else "1/0")
        except backstop.Fault as fault:
            faults += fault.signal == (signal.SIGSEGV if number % 2 else signal.SIGFPE)
        try:
            number // 0
        except ZeroDivisionError:
            errors += 1
    return faults, errors


class Calls(unittest.TestCase):
    def test_value(self):
        self.assertEqual(calc.evaluate("2 * (x - 1)", {"x": 22}.__getitem__), 42)

    def test_exception(self):
        with self.assertRaises(backstop.CxxException) as raised:
            calc.evaluate("1 +")
        self.assertEqual(raised.exception.type, "calc::syntax_error")
        self.assertEqual(raised.exception.what, "it ends too early")

    def test_faults(self):
        for expression, number in CRASHES.items():
            with self.subTest(expression[:9]), self.assertRaises(backstop.Fault) as raised:
                calc.evaluate(expression)
            self.assertEqual(raised.exception.signal, number)
            self.assertGreater(len(raised.exception.frames), 2)

    def test_what_a_fault_tells(self):
        with self.assertRaises(backstop.Fault) as raised:
            calc.evaluate("x")
        self.assertEqual((raised.exception.code, raised.exception.address), (1, 0))  # SEGV_MAPERR
        with self.assertRaises(backstop.Fault) as raised:
            calc.evaluate("1/0")
        self.assertFalse(raised.exception.torn)
        self.assertTrue(raised.exception.frames[0].unwound)

    def test_exception_in_a_callback(self):
        for _ in range(1000):
            with self.assertRaises(KeyError):
                calc.evaluate("x", {}.__getitem__)
            with self.assertRaises(backstop.Fault):
                calc.evaluate("1/0")

    def test_guards_nest(self):
        def lookup(name):
            if len(name) < 20:
                return calc.evaluate(name + "x + 1", lookup)
            with self.assertRaises(backstop.Fault):
                calc.evaluate("1/0")
            return 1

        self.assertEqual(calc.evaluate("x + 1", lookup), 21)


class Endurance(unittest.TestCase):
    def test_alternating(self):
        self.assertEqual(alternate(10_000), (10_000, 10_000))

    def test_alternating_on_threads(self):
        counts = []
        threads = [threading.Thread(target=lambda: counts.append(alternate(10_000))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(counts, [(10_000, 10_000)] * 4)

    def test_threads_end(self):
        def mappings():
            with open("/proc/self/maps") as maps:
                return len(maps.readlines())

        def run(count):
            for _ in range(count):
                thread = threading.Thread(target=alternate, args=[1])
                thread.start()
                thread.join()

        run(10)
        before = mappings()
        run(1000)
        self.assertLess(mappings(), before + 50)

    def test_forked_child(self):
        child = os.fork()
        if child == 0:
            os._exit(0 if alternate(100) == (100, 100) else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)


def end(program, *arguments, **environment):
    """How a process of its own ended, and what it wrote to stderr, with # for the addresses in it."""
    program = "import faulthandler, sys\n" + program
    child = subprocess.run(
        [sys.executable, "-c", program],
        input="\n".join(arguments),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return child.returncode, re.sub("0x[0-9a-f]+", "#", child.stderr), child.stdout


BEFORE = "faulthandler.enable(); import calc; calc.evaluate('1')\n"
AFTER = "import calc; calc.evaluate('1'); faulthandler.enable()\n"
GUARDED = "try: calc.evaluate(sys.stdin.read())\nexcept calc.backstop.Fault as fault: print(fault.signal.name, end='')"
UNGUARDED = "calc.evaluate_unguarded(sys.stdin.read())"


class Faulthandler(unittest.TestCase):
    def test_unguarded_faults_are_its_own(self):
        for expression, number in CRASHES.items():
            for order in BEFORE, AFTER:
                with self.subTest(expression[:9], order=order):
                    status, report, _ = end(order + UNGUARDED, expression)
                    alone = end(order + UNGUARDED, expression, BACKSTOP_DISABLE="1")
                    self.assertEqual((status, report), alone[:2])
                    self.assertEqual(status, -number)
                    self.assertIn("in evaluate_unguarded", report)

    def test_enabled_before_guards_work(self):
        for expression, number in CRASHES.items():
            with self.subTest(expression[:9]):
                status, report, output = end(BEFORE + GUARDED, expression)
                self.assertEqual((status, output), (0, number.name))
                self.assertNotIn("Fatal Python error", report)

    def test_enabled_after_faults_are_its_own(self):
        """It reports whatever comes, and sends the signal anew: not what it was."""
        for expression, number in CRASHES.items():
            with self.subTest(expression[:9]):
                status, report, _ = end(AFTER + GUARDED, expression)
                self.assertEqual(status, -number)
                self.assertIn("Fatal Python error", report)

    def test_disabled_it_restores_what_it_found(self):
        crash = "faulthandler.disable()\n" + GUARDED
        self.assertEqual(end(BEFORE + crash, "1/0")[0], -signal.SIGFPE)  # it found nothing, and backstop is gone
        status, _, output = end(AFTER + crash, "1/0")
        self.assertEqual((status, output), (0, "SIGFPE"))


if __name__ == "__main__":
    unittest.main()
