"""Whom the picture shows, from the log of a recording alone: no file, no clock.

Rule 1: a cut waits until somebody has had the word for a moment, and until the last cut is two seconds old.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from rtc.core.packets import Kind

Note = Mapping[str, Any]
MIN_SHOT_MS: Final = 2000
TAKES_WORD_MS: Final = 600  # a "yes" in between is no change of speaker
MAX_SHIFT_MS: Final = 1000  # a clock that says more is wrong


def spans_heard(notes: Iterable[Note], end_ms: int) -> list[tuple[int, int]]:
    """From when to when somebody was recorded."""
    found, since = list[tuple[int, int]](), None
    for note in notes:
        if note["what"] != "hears":
            continue
        if note["seats"] and since is None:
            since = note["ms"]
        elif not note["seats"] and since is not None:
            found.append((since, min(note["ms"], end_ms)))
            since = None
    if since is not None and since < end_ms:
        found.append((since, end_ms))
    return found


def shifts(notes: Iterable[Note], pictures: Kind = Kind.VIDEO) -> dict[str, int]:
    """By how much each seat's `pictures` lie later in their file than the sound of the same moment."""
    offsets: dict[tuple[str, str], list[int]] = {}
    for note in notes:
        if note["what"] == "ntp":
            offsets.setdefault((note["seat"], note["kind"]), []).append(note["wall_ms"] - note["file_ms"])
    found = {}
    for seat, kind in offsets:
        sound, picture = offsets.get((seat, Kind.AUDIO)), offsets.get((seat, pictures))
        if kind == pictures and sound and picture:
            late = round(median(sound) - median(picture))
            if abs(late) <= MAX_SHIFT_MS:
                found[seat] = late
    return found


class Director:
    """Asked picture after picture, in order of time; `cameras`: seats that have one, the first wish first."""

    def __init__(self, notes: Iterable[Note], cameras: Sequence[str]) -> None:
        self._words = [(note["ms"], note["seat"]) for note in notes if note["what"] == "speaker"]
        self._next = 0
        self._speaker: str | None = None
        self._speaks_since = 0
        self._shown = cameras[0] if cameras else None
        self._shown_since = -MIN_SHOT_MS

    def look(self, at_ms: int) -> str | None:
        """The seat to show at that time."""
        while self._next < len(self._words) and self._words[self._next][0] <= at_ms:
            since, speaker = self._words[self._next]
            if speaker != self._speaker:
                self._speaker, self._speaks_since = speaker, since
            self._next += 1
        ripe = at_ms - self._speaks_since >= TAKES_WORD_MS and at_ms - self._shown_since >= MIN_SHOT_MS
        if ripe and self._speaker and self._speaker != self._shown:
            self._shown, self._shown_since = self._speaker, at_ms
        return self._shown


class Shared:
    """Whose screen is shown at a time, and since when; asked picture after picture, in order of time."""

    def __init__(self, notes: Iterable[Note]) -> None:
        told = [(note["ms"], note.get("screens") or []) for note in notes if note["what"] == "hears"]
        self._turns = [(ms, screens[0] if screens else None) for ms, screens in told]
        self._next = 0
        self._now: tuple[str, int] | None = None

    def look(self, at_ms: int) -> tuple[str, int] | None:
        """The seat and the time; None while nobody shares."""
        while self._next < len(self._turns) and self._turns[self._next][0] <= at_ms:
            since, seat = self._turns[self._next]
            if seat is None:
                self._now = None
            elif self._now is None or self._now[0] != seat:
                self._now = (seat, since)
            self._next += 1
        return self._now
