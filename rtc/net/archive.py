"""Where the recordings of this server lie: a folder a recording, in it a numbered one for each part.

Rule 1: a part ends with its room, its server or its disk; whatever is recorded after that is a further part.
Rule 2: files are closed on a thread; whoever owns the rooms is told when they are, and why if nobody asked.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rtc.core.events import Observer, RecordingEnded
from rtc.recording.recorder import Recorder

NAME: Final = re.compile(r"[0-9a-f-]{1,64}")  # an id: never a way out of the folder


@dataclass(frozen=True, slots=True)
class Part:
    recording: str
    number: int
    recorder: Recorder


class Archive:
    def __init__(self, folder: Path | None, clock: Callable[[], datetime], observer: Observer) -> None:
        """`folder` None: this server records nothing."""
        self._folder, self._clock, self._observer = folder, clock, observer
        self._parts: dict[str, Part] = {}
        self._given_up: set[str] = set()  # what the disk ended is not begun again by the next matrix
        self._closing: set[asyncio.Future[None]] = set()

    def recording(self, room: str) -> str:
        """What is recorded in the room now; "" if nothing is."""
        part = self._parts.get(room)
        return part.recording if part else ""

    def begin(self, room: str, recording: str, monotonic: Callable[[], float]) -> Recorder | None:
        """A further part of that recording; None, and the owner is told, if there can be none."""
        if recording in self._given_up:
            return None
        number = 0
        try:
            if self._folder is None or not NAME.fullmatch(recording):
                raise OSError("no place for recordings")
            number = _next(self._folder / recording)
            recorder = Recorder(self._folder / recording / f"{number:03}", self._clock(), monotonic)
        except OSError as error:
            self._given_up.add(recording)
            self._observer.tell(RecordingEnded(room, recording, number, str(error)))
            return None
        self._parts[room] = Part(recording, number, recorder)
        return recorder

    def end(self, room: str) -> None:
        """Close the room's part in the background; it was let go of by the room already."""
        part = self._parts.pop(room, None)
        if part is None:
            return
        if part.recorder.failure:
            self._given_up.add(part.recording)
        loop = asyncio.get_running_loop()
        closing = loop.run_in_executor(None, part.recorder.stop)
        self._closing.add(closing)

        def closed(future: asyncio.Future[None]) -> None:
            self._closing.discard(future)
            ended = RecordingEnded(room, part.recording, part.number, part.recorder.failure)
            self._observer.tell(ended)

        closing.add_done_callback(closed)

    def failed(self, room: str) -> bool:
        """Whether the disk has ended the room's part."""
        part = self._parts.get(room)
        return part is not None and bool(part.recorder.failure)

    async def closed(self) -> None:
        """Returns when the files of every ended part are on the disk."""
        while self._closing:
            await asyncio.wait(self._closing)
            await asyncio.sleep(0)  # their owners are told in the turn after


def _next(folder: Path) -> int:
    """The number after the highest that is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return max((int(one.name) for one in folder.iterdir() if one.name.isdigit()), default=-1) + 1
