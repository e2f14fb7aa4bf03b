"""The process that opens strangers' files: one job after the other, within bounds.

Rule 1: it knows the functions of its table and nothing else of the product; it holds no key and no row.
Rule 2: only errors of `filing` are answered; anything else ends the process, and the pool starts another.
"""

import importlib
import resource
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from filing.errors import FilingError


@dataclass(frozen=True, slots=True)
class Job:
    """A call of a function of the table, by its name there."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Done:
    value: Any


@dataclass(frozen=True, slots=True)
class Refused:
    error: FilingError


def serve(pipe: Connection, functions: Mapping[str, str], memory_bytes: int) -> None:
    """Answers jobs until the pipe closes. `functions`: name -> "module:function"; all are loaded first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the group; the pool says when
    table = {name: _load(path) for name, path in functions.items()}
    # after loading: libraries reserve more than they use
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # nothing it opens is left on a disk
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(Done(None))
    while True:
        try:
            job: Job = pipe.recv()
        except EOFError:
            return
        pipe.send(_answer(table[job.name], job.arguments))


def _answer(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Done | Refused:
    try:
        return Done(function(*arguments))
    except FilingError as error:
        return Refused(error)


def _load(path: str) -> Callable[..., Any]:
    module, _, name = path.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    warm = getattr(importlib.import_module(module), "warm_up", None)
    if warm is not None:
        warm()
    return function
