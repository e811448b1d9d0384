"""A binding of the C++ library in examples/calc, whose every call is guarded."""

from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_int, c_int64, c_void_p, cast

import backstop

_LOOKUP = CFUNCTYPE(c_int, c_void_p, c_char_p, POINTER(c_int64))


class Call(Structure):
    _fields_ = [("expression", c_char_p), ("lookup", _LOOKUP), ("data", c_void_p), ("value", c_int64)]


_evaluate = CDLL("libcalc.so").calc_evaluate
_evaluate.argtypes = [c_void_p]
_site = backstop.Site("calc_evaluate")


def evaluate(expression, lookup=None):
    """The expression's value; `lookup` is asked for that of each variable. (It may be None, of which the library doesn't
    think.) Raises what lookup raises, and backstop.Error if C++ throws or crashes."""
    raised = []

    def look_up(_, name, value):
        with backstop.barrier(b"lookup"):
            try:
                value[0] = lookup(name.decode())
                return 0
            except BaseException as error:  # it must not pass through C++: it waits until that has returned
                raised.append(error)
                return 1

    call = Call(expression.encode(), _LOOKUP(look_up) if lookup else _LOOKUP())
    try:
        backstop.call(_site, cast(_evaluate, c_void_p), byref(call))
    except backstop.Error:
        if not raised:
            raise
    if raised:
        raise raised[0]
    return call.value


def evaluate_unguarded(expression):
    """For the tests: as if there were no backstop."""
    call = Call(expression.encode())
    _evaluate(byref(call))
    return call.value
