"""Jobs that behave as hostile files do, for the pool's test."""

import os
import signal
import time

from filing import uploads
from filing.errors import Unreadable
from filing.images import pages
from filing.uploads import Examined


def double(number: int) -> int:
    return 2 * number


def process_id() -> int:
    return os.getpid()


def refuse() -> None:
    raise Unreadable


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def flood() -> int:
    return len(bytearray(8_000_000_000))


def examine(file: bytes) -> Examined:
    """The real one, but for files that say what they do to the process that opens them."""
    deed = {b"crash": crash, b"flood": flood, b"stall": stall}.get(file)
    if deed is not None:
        deed()
    return uploads.examine(file)


def read(file: bytes, kind: str) -> None:
    """Opens the file as the real one does, and finds nothing on it: the engines take long to load."""
    list(pages(file))
    raise Unreadable


def stall() -> None:
    while True:
        time.sleep(1)
