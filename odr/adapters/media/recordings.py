"""Recordings in the folder that media writes them into, composed by a process of low priority."""

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from odr.errors import Unavailable
from odr.logs import log
from odr.ports.recordings import CannotCompose, Composed, PartOnDisk, Stretch, TrackOnDisk
from rtc.recording.parts import read_part

WHOLE: Final = "whole.webm"
TELL_S: Final = 2.0  # how often the progress is told
_FONT: Final = "400Regular/NotoSerifSC_400Regular.ttf"
_LOCAL_S: Final = 8 * 3600  # China has one time, without summer time
_log = log(__name__)


class LocalRecordings:
    """`odr.ports.recordings.RecordingFiles` on a disk that this process and media share."""

    def __init__(self, folder: Path, fonts: Sequence[Path], root: Path) -> None:
        """`fonts`: folders of which one may have the characters of names; `root`: where the code lies."""
        self._folder, self._root = folder, root
        self._font = next((one / _FONT for one in fonts if (one / _FONT).exists()), None)

    async def parts(self, recording_id: UUID) -> tuple[int, ...]:
        return await asyncio.to_thread(self._parts, recording_id)

    async def close(self, recording_id: UUID, number: int) -> PartOnDisk:
        folder = self._part(recording_id, number)
        try:
            part = await asyncio.to_thread(read_part, folder)
        except OSError as error:
            raise Unavailable from error
        ended_at = part.started_at + timedelta(milliseconds=part.end_ms)
        tracks = tuple(
            TrackOnDisk(UUID(track.seat), track.kind.value, f"{folder.name}/{track.path.name}")
            for track in part.tracks
        )
        return PartOnDisk(part.started_at, ended_at, part.interrupted, tracks)

    async def read(self, recording_id: UUID, name: str, at: int, most: int) -> bytes:
        return await asyncio.to_thread(_read, self._folder / str(recording_id) / name, at, most)

    async def compose(
        self, recording_id: UUID, names: Mapping[UUID, str], tell: Callable[[float], Awaitable[None]]
    ) -> Composed:
        parts = [self._part(recording_id, number) for number in self._parts(recording_id)]
        target = self._folder / str(recording_id) / WHOLE
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rtc.recording.compose",
            str(target),
            *map(str, parts),
            cwd=self._root,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        asked = {
            "names": {str(key): name for key, name in names.items()},
            "font": str(self._font) if self._font else None,
            "offset_s": _LOCAL_S,
        }
        try:
            return await self._follow(process, json.dumps(asked).encode(), tell)
        finally:
            if process.returncode is None:  # whoever asked went away
                process.kill()
                await process.wait()

    async def discard(self, recording_id: UUID) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder / str(recording_id), ignore_errors=True)

    async def _follow(
        self, process: asyncio.subprocess.Process, asked: bytes, tell: Callable[[float], Awaitable[None]]
    ) -> Composed:
        if process.stdin is None or process.stdout is None:
            raise CannotCompose
        process.stdin.write(asked)
        process.stdin.close()
        loop, told_at, last = asyncio.get_running_loop(), 0.0, {}
        async for line in process.stdout:
            last = json.loads(line)
            if "done" in last and loop.time() - told_at >= TELL_S:
                told_at = loop.time()
                await tell(last["done"])
        if await process.wait() != 0 or "spans" not in last:  # it has said why where this process says it
            _log.error("recording was not composed", ended=process.returncode)
            raise CannotCompose
        return Composed(
            WHOLE,
            last["duration_ms"],
            tuple(
                Stretch(datetime.fromisoformat(one["at"]), one["ms"], one["length_ms"])
                for one in last["spans"]
            ),
        )

    def _part(self, recording_id: UUID, number: int) -> Path:
        return self._folder / str(recording_id) / f"{number:03}"

    def _parts(self, recording_id: UUID) -> tuple[int, ...]:
        folder = self._folder / str(recording_id)
        if not folder.is_dir():
            return ()
        return tuple(sorted(int(one.name) for one in folder.iterdir() if one.name.isdigit()))


def _read(path: Path, at: int, most: int) -> bytes:
    with path.open("rb") as file:
        file.seek(at)
        return file.read(most)
