"""A recording: a folder with a file a stream and a log, written by a thread of its own.

Rule 1: whoever hands packets in never waits; what the disk is too slow for is counted, and the log says so.
Rule 2: what was written stays readable without an ending: after a crash at most the last second is missing.
Rule 3: a recording ends before the disk is full: everything else the machine does needs it too.
Rule 4: the log (`log.jsonl`, times in milliseconds of the recording) states each stream's wall clock as its
        sender reports it, who spoke, what was lost.
"""

import errno
import json
import os
import queue
import struct
import threading
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from rtc.core.packets import Kind, parse_rtp
from rtc.core.rtcp import SenderReport, parse_rtcp
from rtc.errors import Malformed
from rtc.recording.track import RecordedTrack

QUEUE: Final = 8192  # packets: ten seconds of four people
TICK_S: Final = 0.25
LEFT_FREE: Final = 256 * 2**20  # octets of the disk
LOOK_S: Final = 2.0  # how often: ten people write less than 4 MB meanwhile
LOG: Final = "log.jsonl"
NTP_EPOCH: Final = 2_208_988_800  # seconds from 1900 to 1970 (RFC 5905 section 6)
Who = tuple[str, Kind]
_SSRC = struct.Struct("!L")


class _Packet(NamedTuple):
    who: Who
    octets: bytes
    control: bool
    now: float


class Recorder:
    """Records until `stop`; a disk that fails ends it, and `failure` says why."""

    def __init__(self, folder: Path, at: datetime, monotonic: Callable[[], float]) -> None:
        """`folder` is made; `at`: wall clock now. Raises OSError."""
        folder.mkdir(mode=0o700, parents=True)
        self.failure = ""
        self.dropped = 0
        self.wishes: frozenset[Who] = frozenset()  # cameras and screens that a key frame is needed from
        self._folder, self._at, self._monotonic = folder, at, monotonic
        self._zero = monotonic()
        self._queue: queue.Queue[_Packet] = queue.Queue(QUEUE)
        self._tracks: dict[Who, tuple[RecordedTrack, BinaryIO]] = {}
        self._told = (0, 0)
        self._looked = float("-inf")
        self._notes: queue.SimpleQueue[dict[str, object]] = queue.SimpleQueue()
        self._log = _open(folder / LOG)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"recorder {folder.name}", daemon=True)
        self._note("started", at=at.isoformat())
        self._thread.start()

    # -- for the media loop: returns at once

    def take(self, who: Who, octets: bytes, *, control: bool) -> None:
        """One packet of that stream, control or media, unprotected."""
        try:
            self._queue.put_nowait(_Packet(who, octets, control, self._now()))
        except queue.Full:
            self.dropped += 1

    def heard(self, seats: Collection[str], screens: Collection[str] = ()) -> None:
        """Whom the recording hears from now on, and whose shared screen it sees."""
        self._note("hears", seats=sorted(seats), screens=sorted(screens))

    def speaker(self, seat: str | None) -> None:
        self._note("speaker", seat=seat)

    def stop(self) -> None:
        """End the files; returns when they are on the disk."""
        self._ending.set()
        self._thread.join()

    def _now(self) -> float:
        return self._monotonic() - self._zero

    def _note(self, what: str, **details: object) -> None:
        self._notes.put({"ms": int(self._now() * 1000), "what": what, **details})

    # -- the thread

    def _run(self) -> None:
        try:
            while not (self._ending.is_set() and self._queue.empty()):
                self._turn()
            self._end()
        except OSError as error:
            self.failure = error.strerror or type(error).__name__
        finally:
            for file in (self._log, *(file for _, file in self._tracks.values())):
                file.close()

    def _turn(self) -> None:
        """One packet, or a tick without one."""
        try:
            packet = self._queue.get(timeout=TICK_S)
        except queue.Empty:
            for track, file in self._tracks.values():
                file.write(track.due(self._now()))
        else:
            self._write(packet)
        self._write_notes()

        self._look(self._now())

    def _look(self, now: float) -> None:
        if now - self._looked < LOOK_S:
            return
        self._looked, disk = now, os.statvfs(self._folder)
        if disk.f_bavail * disk.f_frsize < LEFT_FREE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _write(self, packet: _Packet) -> None:
        track, file = self._tracks.get(packet.who) or self._begin(packet.who)
        try:
            if packet.control:
                self._read_report(packet)
            else:
                file.write(track.put(parse_rtp(packet.octets), packet.now))
        except Malformed:
            return
        if track.wants_picture != (packet.who in self.wishes):
            self.wishes ^= {packet.who}

    def _begin(self, who: Who) -> tuple[RecordedTrack, BinaryIO]:
        seat, kind = who
        made = RecordedTrack(kind, seat, self._at), _open(self._folder / f"{seat}-{kind}.webm")
        self._tracks[who] = made
        return made

    def _read_report(self, packet: _Packet) -> None:
        """Where a sender's wall clock lies in its file: what picture and voice are brought together by."""
        seat, kind = packet.who
        track, _ = self._tracks[packet.who]
        for report in parse_rtcp(packet.octets):
            if isinstance(report, SenderReport):
                wall_ms = int((report.ntp_time / 2**32 - NTP_EPOCH) * 1000)
                self._note(
                    "ntp", seat=seat, kind=kind, file_ms=track.time_ms(report.rtp_time), wall_ms=wall_ms
                )

    def _write_notes(self) -> None:
        told = self.dropped, sum(track.lost for track, _ in self._tracks.values())
        if told != self._told:
            self._note("gap", too_slow_for=told[0] - self._told[0], never_came=told[1] - self._told[1])
            self._told = told
        while not self._notes.empty():
            self._log.write(json.dumps(self._notes.get()).encode() + b"\n")

    def _end(self) -> None:
        for track, file in self._tracks.values():
            last, patches = track.end()
            file.write(last)
            for patch in patches:
                file.seek(patch.at)
                file.write(patch.octets)
        self._note("ended")
        self._write_notes()
        for file in (self._log, *(file for _, file in self._tracks.values())):
            os.fsync(file.fileno())


def ssrc_of(octets: bytes, *, control: bool) -> int:
    """Whose packet it is: the sender of a report, or of media."""
    ssrc: int = _SSRC.unpack_from(octets, 4 if control else 8)[0]
    return ssrc


def _open(path: Path) -> BinaryIO:
    """Unbuffered: what was written survives the process."""
    path.touch(mode=0o600, exist_ok=False)
    return path.open("wb", buffering=0)
