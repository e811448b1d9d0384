"""Calls C and C++ that may crash, and raises a crash or an exception of C++ as an exception of Python.

Enable faulthandler before this is imported: what no guard covers then goes on to it.
"""

import contextlib
import signal
from ctypes import CDLL, CFUNCTYPE, POINTER, Structure, byref, c_char, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p, sizeof
from typing import NamedTuple

_library = CDLL("libbackstop.so")
_REFUSED = 3
_UNWOUND = 1


class Site(Structure):
    """What is being guarded."""

    _fields_ = [
        ("name", c_char_p),
        ("file", c_char_p),
        ("line", c_uint32),
        ("recover", c_int32),
        ("domain", c_void_p),
        ("deadline", c_uint64),
    ]

    def __init__(self, name):
        super().__init__(name.encode(), b"python")


class _Fault(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("signal", c_int32),
        ("code", c_int32),
        ("kind", c_int32),
        ("error_number", c_int32),
        ("thread", c_int32),
        ("has_address", c_int32),
        ("address", c_size_t),
        ("instruction_pointer", c_size_t),
        ("stack_pointer", c_size_t),
        ("stack_low", c_size_t),
        ("stack_high", c_size_t),
        ("access", c_int32),
        ("system_call", c_int32),
        ("thread_name", c_char * 16),
        ("message", c_char_p),
    ]


class _Frame(Structure):
    _fields_ = [("instruction_pointer", c_size_t), ("state", c_int32), ("exact", c_int32)]


class _Recovery(Structure):
    _fields_ = [
        ("size", c_size_t),
        ("way", c_int32),
        ("is_torn", c_int32),
        ("second_signal", c_int32),
        ("unwound", c_uint32),
        ("unvouched", c_uint32),
        ("hopped", c_uint32),
        ("jumped", c_uint32),
        ("left_out", c_uint32),
        ("left_out_at", c_uint32),
        ("truncated", c_int32),
        ("cleaned", c_uint32),
        ("cleanups_failed", c_uint32),
        ("frame_count", c_size_t),
        ("frames", POINTER(_Frame)),
    ]


def _function(name, result, *arguments):
    """The name carries the version of the ABI that the structures above are of."""
    return CFUNCTYPE(result, *arguments)(("backstop_v0_" + name, _library))


_install = _function("install", c_int32, c_void_p)
_call = _function("call", c_void_p, POINTER(Site), c_void_p, c_void_p)
_barrier_enter = _function("barrier_enter", c_uint32, c_char_p)
_barrier_leave = _function("barrier_leave", None, c_uint32)
_error_free = _function("error_free", None, c_void_p)
_error_message = _function("error_message", c_char_p, c_void_p)
_error_type_name = _function("error_type_name", c_char_p, c_void_p)
_error_what = _function("error_what", c_char_p, c_void_p, c_void_p)
_error_fault = _function("error_fault", POINTER(_Fault), c_void_p)
_error_recovery = _function("error_recovery", POINTER(_Recovery), c_void_p)

if _install(None) == _REFUSED:
    raise OSError("backstop: the kernel refused the fault handler; is a seccomp filter in force?")


class Error(Exception):
    """What ended a guarded call."""


class CxxException(Error):
    """An exception of C++: of this `type`, saying `what`, which is None if it says nothing."""

    def __init__(self, message, type_name, what):
        super().__init__(message)
        self.type = type_name
        self.what = what


class Frame(NamedTuple):
    """A function that was running, and whether it was left with its destructors run."""

    instruction_pointer: int
    unwound: bool


class Fault(Error):
    """A crash: by this `signal`, with its `code`, at this `address` (None if the machine gave none), in `frames`
    innermost first. If it is `torn`, something may be leaked, locked or half changed."""

    def __init__(self, message, fault, recovery):
        super().__init__(message)
        self.signal = signal.Signals(fault.signal)
        self.code = fault.code
        self.address = fault.address if fault.has_address else None
        self.torn = bool(recovery.is_torn)
        self.frames = [
            Frame(frame.instruction_pointer, frame.state == _UNWOUND)
            for frame in recovery.frames[: recovery.frame_count]
        ]


def call(site, function, context):
    """Calls a C function, of type void (*)(void *), under a guard. Other threads of Python run meanwhile."""
    failed = _call(byref(site), function, context)
    if failed is None:
        return
    try:
        raise _exception(failed)
    finally:
        _error_free(failed)


def _checked(structure):
    """The library says how large it has the structure, which grows from version to version."""
    if structure.size != sizeof(structure):
        raise OSError("backstop.py and libbackstop.so are of different versions: take both from the same checkout")
    return structure


def _exception(failed):
    message = _error_message(failed).decode(errors="replace")
    fault = _error_fault(failed)
    if fault:
        return Fault(message, _checked(fault[0]), _checked(_error_recovery(failed)[0]))
    type_name, what = (
        text.decode(errors="replace") if text is not None else None
        for text in (_error_type_name(failed), _error_what(failed, None))
    )
    return CxxException(message, type_name, what)


@contextlib.contextmanager
def barrier(name):
    """Where C++ calls Python back: no guard is to recover from what happens within, for a jump can't cross Python."""
    previous = _barrier_enter(name)
    try:
        yield
    finally:
        _barrier_leave(previous)
