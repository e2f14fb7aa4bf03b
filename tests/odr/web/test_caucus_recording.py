"""A recording of the joint talk holds nothing of a talk apart, no picture and no sound, on walks by chance.

Rule 1: a picture carries the phase in which it was taken; a voice has another pitch while its person is
        anywhere but in the joint room. What is judged is what the files of the recording show and sound like.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import av
import numpy as np
import pytest

from odr.demo.medium import MediaBot, ToneTrack
from odr.domain.sittings import Place
from rtc.core.packets import Kind
from rtc.recording.parts import TrackFile, read_part
from tests.odr.web.test_caucus_sockets import COLOURS, Court, Night, court, read_stamp, scheduled, stamped
from tests.support.caucus import NAMES

__all__ = ["court"]

JOINT_HZ, APART_HZ = 440.0, 1800.0
WINDOW_S: Final = 0.1
LOUD: Final = 500.0  # of 32767: a voice, and no remainder of the coding
ROUNDS: Final = 3
BETWEEN: Final = (*(f"drop {who}" for who in ("wang", "yang")), "unplug mo", "restart", "", "")


class Voice(ToneTrack):
    """A tone whose pitch is asked for at every frame."""

    def __init__(self, pitch: Callable[[], float]) -> None:
        super().__init__(0)
        self._pitch = pitch

    async def recv(self) -> av.AudioFrame:
        self._tone_hz = self._pitch()
        return await super().recv()


class Pitched(MediaBot):
    def __init__(self, *args: Any, pitch: Callable[[], float], **more: Any) -> None:
        self._pitch = pitch
        super().__init__(*args, **more)

    def _connection(self) -> Any:
        self._make = {**self._make, "audio": lambda: Voice(self._pitch)}
        return super()._connection()


class Recorded(Night):
    """A walk on which the mediator has the joint talk recorded, and everybody agrees."""

    def __init__(self, court: Court, sitting: str) -> None:
        super().__init__(court, sitting)
        self.settled: dict[int, dict[str, Place | None]] = {}  # where all were in a phase without a move
        self.voiced: dict[str, float] = dict.fromkeys(NAMES, JOINT_HZ)

    def _new_bot(self, who: str) -> None:
        seat = self.seats[who]

        async def ticket() -> str:
            return str((await seat.tell("ticket"))["ticket"])

        seat.bot = Pitched(
            self.court.origin,
            ticket,
            picture=lambda number: stamped(COLOURS[who], self.phase, number),
            rate_hz=5,
            look=partial(self._look, who),
            pitch=lambda: self.voiced[who],
        )

    async def step(self, what: str) -> None:
        self.voiced = dict.fromkeys(NAMES, JOINT_HZ)  # from before the act to after it
        await super().step(what)

    async def _settle(self) -> None:
        await super()._settle()
        self.settled[self.phase] = dict(self.model.places)
        self.voiced = {who: JOINT_HZ if self.model.places[who] is Place.JOINT else APART_HZ for who in NAMES}

    async def _record(self, _: str) -> None:
        """Order it, or go on after a talk apart; the question is answered by all."""
        await self.seats["mo"].tell("host/record")
        for who in NAMES:
            if self.model.places[who]:
                await self.seats[who].tell("recording", agrees=True)

    def apart(self, who: str) -> set[int]:
        """The phases in which the person was not in the joint room, nor on the way into it or out of it."""
        joint = {phase for phase, places in self.settled.items() if places[who] is Place.JOINT}
        near = joint | {phase - 1 for phase in joint} | {phase + 1 for phase in joint}
        return set(range(self.phase + 1)) - near


def planned(seed: int) -> list[str]:
    rng = Random(seed)
    acts = ["record"]
    for _ in range(ROUNDS):
        between = rng.choice(BETWEEN)
        again = [between] if between.startswith(("drop", "unplug")) else []  # in again
        acts += [f"caucus {rng.choice('AB')}", *filter(None, [between]), *again, "joint", "record"]
    return acts


def tracks(recordings: Path) -> Iterator[TrackFile]:
    for part in sorted(recordings.glob("*/[0-9]*")):
        yield from read_part(part).tracks


def pitches(path: Path) -> set[float]:
    """Of the two tones those that are heard anywhere in the file."""
    heard = set()
    with av.open(str(path), "r") as container:
        rate = container.streams.audio[0].rate
        frames = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
        sound = np.concatenate([frame.astype(np.float64).mean(axis=0) for frame in frames])
    sound *= 32767 / max(1.0, float(np.iinfo(np.int16).max)) if np.abs(sound).max() > 1 else 32767
    size = round(rate * WINDOW_S)
    for start in range(0, len(sound) - size, size // 2):
        spectrum = np.abs(np.fft.rfft(sound[start : start + size] * np.hanning(size))) * 4 / size
        for hz in (JOINT_HZ, APART_HZ):
            middle = round(hz * WINDOW_S)
            if spectrum[middle - 3 : middle + 4].max() > LOUD:
                heard.add(hz)
    return heard


def phases(path: Path, who: str) -> set[int]:
    """In which phases the pictures of the file were taken; all are of the person."""
    with av.open(str(path), "r") as container:
        stamps = [read_stamp(frame) for frame in container.decode(container.streams.video[0])]
    assert {sender for sender, _ in stamps} <= {who}
    return {phase for _, phase in stamps}


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 42))])
@pytest.mark.timeout(1800)
async def test_a_recording_holds_nothing_of_a_caucus(court: Court, seed: int) -> None:
    night = Recorded(court, await scheduled(court))
    await night.gather()
    for what in planned(seed):
        await night.step(what)
        await night.look()
    await night.end()
    await court.close()

    shown: dict[str, set[int]] = {who: set() for who in NAMES}
    heard: dict[str, set[float]] = {who: set() for who in NAMES}
    who_of = {seat.id: who for who, seat in night.seats.items()}
    for track in tracks(court.data / "recordings"):
        who = who_of[track.seat]
        if track.kind is Kind.VIDEO:
            shown[who] |= phases(track.path, who)
        else:
            heard[who] |= pitches(track.path)
    for who in NAMES:
        assert heard[who] == {JOINT_HZ}, f"{who} is heard as {heard[who]}"
        assert not shown[who] & night.apart(who), f"{who} is shown in a talk apart"
        together = {phase for phase, places in night.settled.items() if places[who] is Place.JOINT}
        assert len(shown[who] & together) > ROUNDS // 2, "a recording that shows nobody proves nothing"
