"""Jobs that behave as hostile files do, for the pool's test."""

import os
import signal
import time

from filing.errors import Unreadable


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


def stall() -> None:
    while True:
        time.sleep(1)
