"""A part of a recording as it lies in its folder: closed where a crash left it open, read for what follows.

Rule 1: what was written whole is kept; what a crash cut off in the middle of a cluster is cut away.
Rule 2: closing twice changes nothing; a disk without room leaves the files as they are, and they play.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from rtc.core.packets import Kind
from rtc.recording.frames import picture_size
from rtc.recording.matroska import UNKNOWN_SIZE, Cluster, Muxer, clusters
from rtc.recording.recorder import LOG

Note = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrackFile:
    """One stream that was recorded: whose, and where."""

    seat: str
    kind: Kind
    path: Path


@dataclass(frozen=True, slots=True)
class ClosedPart:
    """`end_ms`: its length; `interrupted`: nobody ended it."""

    started_at: datetime
    end_ms: int
    interrupted: bool
    tracks: tuple[TrackFile, ...]
    notes: tuple[Note, ...]


def read_part(folder: Path) -> ClosedPart:
    """The part with its files ended, whoever or whatever ended it. Raises OSError."""
    notes = tuple(_notes(folder / LOG))
    started = next((note for note in notes if note["what"] == "started"), None)
    at = datetime.fromisoformat(started["at"]) if started else datetime.fromtimestamp(0).astimezone()
    ended = next((note for note in notes if note["what"] == "ended"), None)
    tracks = tuple(track for path in sorted(folder.glob("*.webm")) if (track := _track(path)))
    ends = [_close(track, at) for track in tracks]
    whole = [track for track, end in zip(tracks, ends, strict=True) if end is not None]
    end_ms = ended["ms"] if ended else max((end for end in ends if end is not None), default=0)
    return ClosedPart(at, end_ms, ended is None, tuple(whole), notes)


def _track(path: Path) -> TrackFile | None:
    seat, _, kind = path.stem.rpartition("-")
    return TrackFile(seat, Kind(kind), path) if kind in set(Kind) else None


def _notes(path: Path) -> Iterator[Note]:
    """The lines of the log; the last one may be torn."""
    for line in path.read_bytes().splitlines():
        with suppress(ValueError):
            yield json.loads(line)


def _close(track: TrackFile, at: datetime) -> int | None:
    """End the file if nobody did; when its last frame is, None for a file in which nothing can be seen."""
    with track.path.open("r+b") as file:
        muxer = Muxer(track.kind, track.seat, at)
        found = tuple(clusters(file, len(muxer.head)))
        if not found:
            return None
        if not _ended(file):
            _end(file, muxer, found, track.kind)
        return found[-1].end_ms


def _ended(file: BinaryIO) -> bool:
    file.seek(0)
    return UNKNOWN_SIZE not in file.read(64)


def _end(file: BinaryIO, muxer: Muxer, found: tuple[Cluster, ...], kind: Kind) -> None:
    for cluster in found:
        muxer.wrote(cluster.end - cluster.at, cluster.start_ms, cluster.end_ms, key=bool(cluster.keys))
        if kind is not Kind.AUDIO:
            for frame in cluster.keys:
                muxer.widen(picture_size(frame) or (0, 0))
    ending, patches = muxer.ending()
    file.truncate(found[-1].end)
    with suppress(OSError):  # no room for the index: it plays without one
        file.seek(found[-1].end)
        file.write(ending)
        for patch in patches:
            file.seek(patch.at)
            file.write(patch.octets)
        file.flush()
        os.fsync(file.fileno())
