"""A bounded pool of processes that read papers and know faces.

Rule 1: a file that breaks, floods or stalls its process costs that process alone; the person is told.
Rule 2: at most `workers` jobs run and `waiting` wait; more are turned away at once.
Rule 3: a process is replaced after `jobs_each` jobs: image libraries keep what they once needed.
"""

import asyncio
import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, cast

from filing.challenges import Challenge
from filing.errors import Unfinished
from filing.faces import Comparison, Thresholds
from filing.lines import Box, Reading
from filing.liveness import Verdict
from filing.uploads import Examined
from odr.adapters.reader.worker import Done, Job, Refused, serve
from odr.errors import Unavailable
from odr.logs import log
from odr.tasks import spawn

FUNCTIONS: Mapping[str, str] = {
    "read": "filing.reading:read",
    "crop": "filing.images:crop_on_page",
    "marked": "filing.images:marked",
    "examine": "filing.uploads:examine",
    "page": "filing.uploads:page_picture",
    "compare_faces": "filing.faces:compare",
    "judge_liveness": "filing.liveness:judge_beside_card",
}
BUSY = "Many people are sending photos right now. Please try again in a minute."

_log = log(__name__)
_START_S = 60.0  # loading the networks on a slow, busy core


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the pool may use. Reading a page needs 1.1 GB of data at its peak."""

    workers: int = 2
    waiting: int = 16
    timeout_s: float = 40.0
    memory_bytes: int = 3_000_000_000
    jobs_each: int = 100


class _Worker:
    """One process and our end of its pipe. Its methods block; call them in a thread."""

    def __init__(self, functions: Mapping[str, str], bounds: Bounds) -> None:
        context = multiprocessing.get_context("spawn")  # a forked copy of a threaded server may deadlock
        self._pipe: Connection
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=serve, args=(theirs, dict(functions), bounds.memory_bytes), daemon=True, name="reader"
        )
        self._process.start()
        theirs.close()
        self._ready = False
        self.jobs = 0

    def ask(self, job: Job, timeout_s: float) -> Done | Refused:
        """The answer; EOFError, OSError or TimeoutError when the process is of no more use."""
        if not self._ready:
            self._receive(_START_S)
            self._ready = True
        self.jobs += 1
        self._pipe.send(job)
        return self._receive(timeout_s)

    def end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()

    def _receive(self, timeout_s: float) -> Done | Refused:
        if not self._pipe.poll(timeout_s):
            raise TimeoutError
        return cast(Done | Refused, self._pipe.recv())


class ReaderPool:
    """`odr.ports.reader.IdentityReader` over processes; `run` calls any function of the table.

    `thresholds` hold for faces wherever a call brings none of its own.
    """

    def __init__(
        self,
        bounds: Bounds | None = None,
        functions: Mapping[str, str] = FUNCTIONS,
        *,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._bounds = bounds or Bounds()
        self._thresholds = thresholds or Thresholds()
        self._functions = functions
        self._free: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(self._bounds.workers):
            self._free.put_nowait(None)
        self._inside = 0
        self._closed = False

    async def start(self) -> None:
        """Begin loading the networks in every process, without waiting for it."""
        for _ in range(self._free.qsize()):
            worker = self._free.get_nowait()
            self._free.put_nowait(worker or await self._new_worker())

    async def close(self) -> None:
        """Turn new jobs away, let running ones end within their time, end the processes."""
        self._closed = True
        for _ in range(self._bounds.workers):
            worker = await self._free.get()
            if worker is not None:
                await asyncio.to_thread(worker.end)

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        return cast(Reading, await self.run("read", photo, kind))

    async def compare_faces(self, a: bytes, b: bytes, thresholds: Thresholds | None = None) -> Comparison:
        return cast(Comparison, await self.run("compare_faces", a, b, thresholds or self._thresholds))

    async def judge_liveness(
        self,
        frames: Sequence[tuple[bytes, int]],
        challenge: Challenge,
        card_photo: bytes,
        seen: frozenset[str] = frozenset(),
        thresholds: Thresholds | None = None,
    ) -> Verdict:
        asked = (list(frames), challenge, card_photo, seen, thresholds or self._thresholds)
        return cast(Verdict, await self.run("judge_liveness", *asked))

    async def crop(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        return cast(bytes, await self.run("crop", photo, box, page))

    async def marked(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        return cast(bytes, await self.run("marked", photo, box, page))

    async def examine(self, file: bytes) -> Examined:
        return cast(Examined, await self.run("examine", file))

    async def page(self, file: bytes, number: int, *, dpi: int) -> bytes:
        return cast(bytes, await self.run("page", file, number, dpi))

    async def run(self, name: str, *arguments: Any) -> Any:
        """Call a function of the table in a process; raises FilingError or odr.errors.Unavailable."""
        if self._closed or self._inside >= self._bounds.workers + self._bounds.waiting:
            raise Unavailable(BUSY)
        self._inside += 1
        try:
            worker = await self._free.get()
            # shielded: when the asker goes away, the process must still come back to the pool
            return await asyncio.shield(spawn(self._ask(worker, Job(name, arguments)), name=f"reader {name}"))
        finally:
            self._inside -= 1

    async def _ask(self, worker: _Worker | None, job: Job) -> Any:
        kept: _Worker | None = None
        try:
            kept = worker or await self._new_worker()
            answer = await asyncio.to_thread(kept.ask, job, self._bounds.timeout_s)
        except (EOFError, OSError, TimeoutError) as error:
            _log.warning("reader process lost", job=job.name, why=type(error).__name__)
            if kept is not None:
                await asyncio.to_thread(kept.end)
            kept = None
            raise Unfinished from error
        finally:
            if kept is not None and kept.jobs >= self._bounds.jobs_each:
                await asyncio.to_thread(kept.end)
                kept = None
            self._free.put_nowait(kept)
        if isinstance(answer, Refused):
            raise answer.error
        return answer.value

    async def _new_worker(self) -> _Worker:
        return await asyncio.to_thread(_Worker, self._functions, self._bounds)
