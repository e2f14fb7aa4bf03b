"""The library of the plane in C, as Python sees it: its calls, and the heads of its structures.

Rule 1: the structures below are the heads of those in c/streams.h, c/line.h and c/plane.h; keep both alike.
"""

import ctypes
from ctypes import c_double, c_int, c_int64, c_uint32, c_void_p

from rtc.core.red import MAX_DEPTH
from rtc.errors import NoNativePlane
from rtc.plane.build import library

BUFFER, MAX_DUE = 2048, 600

_SIGNATURES: dict[str, tuple[object, list[object]]] = {
    "plane_new": (c_void_p, []),
    "plane_start": (c_int, [c_void_p, c_void_p, c_int]),
    "plane_stop": (None, [c_void_p]),
    "plane_free": (None, [c_void_p]),
    "plane_leg": (c_void_p, [c_int64]),
    "plane_open": (c_int, [c_void_p, c_void_p, ctypes.c_char_p, ctypes.c_char_p, c_int]),
    "plane_overhear": (None, [c_void_p, c_void_p]),
    "plane_close": (None, [c_void_p, c_void_p]),
    "plane_admit": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_dismiss": (None, [c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_aim": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_heard_at": (c_double, [c_void_p, c_void_p]),
    "plane_send": (None, [c_void_p, c_void_p, c_int, ctypes.c_char_p, c_int]),
    "plane_flush": (None, [c_void_p]),
    "plane_take": (c_int, [c_void_p] * 6),
    "plane_track": (c_void_p, [c_void_p, c_void_p, c_uint32, c_int]),
    "plane_free_track": (None, [c_void_p, c_void_p]),
    "plane_slot": (c_void_p, [c_void_p, c_void_p, c_uint32, c_uint32, c_int, c_int64]),
    "plane_stamp": (None, [c_void_p, c_void_p, ctypes.c_char_p, c_int, c_int, c_int]),
    "plane_free_slot": (None, [c_void_p, c_void_p]),
    "plane_show": (None, [c_void_p, c_void_p, c_int]),
    "plane_bind": (None, [c_void_p, c_void_p, c_void_p]),
    "plane_switch": (None, [c_void_p, c_void_p, c_void_p]),
    "plane_receive": (c_int, [c_void_p, c_void_p, ctypes.c_char_p, c_int, c_double, c_void_p, c_void_p]),
    "plane_forward": (c_int, [c_void_p, c_void_p, c_void_p, c_int64, c_int, c_double, c_void_p]),
    "plane_repair": (c_int, [c_void_p, c_void_p, c_int, c_double, c_void_p]),
    "plane_probe": (c_int, [c_void_p, c_void_p, c_double, c_void_p]),
    "plane_due": (c_int, [c_void_p, c_void_p, c_double, c_void_p, c_int]),
    "plane_arrived": (None, [c_void_p, c_void_p, c_int, c_double]),
    "plane_feedback": (c_int, [c_void_p, c_void_p, c_uint32, c_void_p, c_int]),
    "plane_line": (c_void_p, [c_void_p, c_void_p]),
    "plane_free_line": (None, [c_void_p, c_void_p]),
    "plane_line_moved": (None, [c_void_p, c_void_p]),
    "plane_reported": (None, [c_void_p, c_void_p, ctypes.c_char_p, c_int, c_double]),
}


class TrackHead(ctypes.Structure):
    """What C counts of a stream: `StreamCounts` and `Loudness` of rtc.core by shape."""

    started: int
    base: int
    highest: int
    received: int
    octets: int
    jitter: float
    loudness: float
    spoke_at: float
    wanted: int
    missing: int
    mended: int
    _fields_ = [
        ("started", c_int64),
        ("base", c_int64),
        ("highest", c_int64),
        ("received", c_int64),
        ("octets", c_int64),
        ("jitter", c_double),
        ("loudness", c_double),
        ("spoke_at", c_double),
        ("wanted", c_int64),
        ("missing", c_int64),
        ("mended", c_int64),
    ]


class SlotHead(ctypes.Structure):
    waiting: int
    packets: int
    octets: int
    time_offset: int
    by_rtx: int
    quality: int
    depth: int
    source: int
    next: int
    _fields_ = [
        ("waiting", c_int64),
        ("packets", c_int64),
        ("octets", c_int64),
        ("time_offset", c_int64),
        ("by_rtx", c_int64),
        ("quality", c_int64),
        ("depth", c_int64),
        ("source", c_int64),  # the addresses of tracks, or 0
        ("next", c_int64),
    ]


class LineHead(ctypes.Structure):
    full: int
    bits_per_s: int
    burst_bits_per_s: int
    loss: float
    burst_at: float
    received_bits_per_s: float
    rtt_ms: float
    _fields_ = [
        ("full", c_int64),
        ("bits_per_s", c_int64),  # negative: not known, as what was received
        ("burst_bits_per_s", c_int64),
        ("loss", c_double),
        ("burst_at", c_double),
        ("received_bits_per_s", c_double),
        ("rtt_ms", c_double),
    ]


class PlaneHead(ctypes.Structure):
    refused: int
    dropped: int
    unsent: int
    forwarded: int
    asked: int
    _fields_ = [
        ("refused", c_int64),
        ("dropped", c_int64),
        ("unsent", c_int64),
        ("forwarded", c_int64),
        ("asked", c_int64),
    ]


def _load() -> ctypes.CDLL:
    """The library with its signatures; raises NoNativePlane."""
    try:
        loaded = ctypes.CDLL(str(library()))
    except OSError as error:
        raise NoNativePlane(str(error)) from error
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


class Core:
    """The plane in C, freed when the last part that uses it is gone."""

    def __init__(self) -> None:
        self.c = _load()
        self.handle = self.c.plane_new()
        if not self.handle:
            raise NoNativePlane("no memory")
        self.buffer = ctypes.create_string_buffer(BUFFER)
        self.numbers = (c_int64 * MAX_DUE)()
        self.brought = (c_int64 * (MAX_DEPTH + 1))()
        self.opens = (c_int * (MAX_DEPTH + 1))()
        self.head = PlaneHead.from_address(self.handle)
        self.wanted = 0  # how often Python wanted a key frame; C counts its own

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.c.plane_stop(self.handle)
            self.c.plane_free(self.handle)
