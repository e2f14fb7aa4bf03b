"""Random moves, drops and returns through real sockets: pictures are judged by what they show.

Each person sends a picture of a colour of its own, and a screen of another; in each stands between which
moves it was made. So a leak is seen whatever the signalling claims, and a busy machine, which shows late,
makes none.
"""

from collections.abc import Callable
from functools import partial
from random import Random

import av
import numpy as np
import pytest

from odr.demo.medium import MediaBot, Picture
from rtc.core.events import SeatHealth, SeatLeft
from tests.rtc.conftest import Stage

COLOURS = {"anna": (220, 30, 30), "bo": (30, 220, 30), "mediator": (30, 30, 220)}
SEATS = tuple(COLOURS)
SCREENS = {
    "anna": (30, 210, 210),
    "bo": (210, 30, 210),
    "mediator": (210, 210, 30),
}  # each the other two mixed
STEPS = 10
BITS, BIT_PIXELS = 8, 16  # of the number at the foot of each picture
Way = tuple[str, str, bool]  # receiver, sender, whether it is the screen


def plain(colour: tuple[int, int, int], made_in: Callable[[], int] = lambda: 0) -> Picture:
    frame = np.full((96, 128, 3), colour, dtype=np.uint8)

    def picture(number: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
        frame[number % 64, :8] = 128  # never twice the same
        for bit in range(BITS):
            frame[80:, bit * BIT_PIXELS : (bit + 1) * BIT_PIXELS] = 255 * (made_in() >> bit & 1)
        return frame

    return picture


def step_of(frame: av.VideoFrame) -> int:
    foot = frame.to_ndarray(format="rgb24")[84:92]
    middles = (foot[:, bit * BIT_PIXELS + 4 : bit * BIT_PIXELS + 12].mean() for bit in range(BITS))
    return sum((middle > 128) << bit for bit, middle in enumerate(middles))


def source_of(frame: av.VideoFrame) -> tuple[str, bool]:
    """Whose it is, and whether it is the screen."""
    middle = frame.to_ndarray(format="rgb24")[20:76, 32:112].reshape(-1, 3).mean(axis=0)
    bright = middle > middle.max() / 2
    if bright.sum() == 1:
        return SEATS[int(np.argmax(middle))], False
    return SEATS[int(np.argmin(middle))], True


def sender_of(frame: av.VideoFrame) -> str:
    return source_of(frame)[0]


class Cast:
    """The people, what each may see, and what each saw. `steps`: the ways that were open, move after move."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bots: dict[str, MediaBot] = {}
        self.allowed: dict[str, set[str]] = {seat: set() for seat in SEATS}
        self.screens: frozenset[str] = frozenset()
        self.steps: list[set[Way]] = [set()]
        self.leaks: list[str] = []
        self.pictures = self.shown = 0

    def look(self, receiver: str, frame: av.VideoFrame) -> None:
        """What was made when the way was shut, and not opened since, has no business here."""
        (sender, screen), made_in = source_of(frame), step_of(frame)
        self.pictures += not screen
        self.shown += screen
        if not any((receiver, sender, screen) in ways for ways in self.steps[made_in:]):
            what = "screen" if screen else "face"
            self.leaks.append(
                f"{receiver} saw the {what} of {sender} of step {made_in} in {len(self.steps) - 1}"
            )

    def _ways(self) -> set[Way]:
        found = set[Way]()
        for receiver, senders in self.allowed.items():
            found |= {(receiver, sender, False) for sender in senders}
            shared = sorted(senders & self.screens & self.bots.keys())
            found |= {(receiver, sender, True) for sender in shared[:1]}
        return found

    async def enter(self, seat: str) -> None:
        async def ticket() -> str:
            return self.stage.ticket(seat)

        before = self._ways()
        bot = self.bots[seat] = MediaBot(
            self.stage.url,
            ticket,
            picture=plain(COLOURS[seat], self._now),
            screen=plain(SCREENS[seat], self._now),
            look=partial(self.look, seat),
        )
        self.steps.append(before | self._ways())  # the room knows of it at some moment in between
        await bot.join()
        self.steps.append(self._ways())

    async def leave(self, seat: str) -> None:
        before, left, bot = self._ways(), self._left(seat), self.bots.pop(seat)
        self.steps.append(before | self._ways())
        await bot.leave()
        await self.stage.witness.wait_for(SeatLeft, seat, left + 1)
        self.steps.append(self._ways())

    def move(self, allowed: dict[str, set[str]], screens: frozenset[str] = frozenset()) -> None:
        self.stage.routes({r: self.allowed[r] & allowed[r] for r in SEATS}, screens=self.screens & screens)
        self.allowed, self.screens = allowed, screens
        self.stage.routes(allowed, screens=screens)
        self.steps.append(self._ways())

    def _now(self) -> int:
        return len(self.steps) - 1

    def _left(self, seat: str) -> int:
        return sum(isinstance(e, SeatLeft) and e.seat == seat for e in self.stage.witness.events)


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_is_seen_across_a_caucus(stage: Stage, seed: int) -> None:
    rng, cast = Random(seed), Cast(stage)
    cast.move({seat: set(SEATS) - {seat} for seat in SEATS})
    for seat in SEATS:
        await cast.enter(seat)
    for _ in range(STEPS):
        if rng.randrange(4) == 0:
            seat = rng.choice(SEATS)
            await (cast.leave(seat) if seat in cast.bots else cast.enter(seat))
        allowed = {seat: {s for s in SEATS if s != seat and rng.randrange(2)} for seat in SEATS}
        cast.move(allowed, frozenset(s for s in SEATS if rng.randrange(3) == 0))
        present = next(iter(cast.bots), None)
        if present is not None:
            heard = sum(isinstance(e, SeatHealth) and e.seat == present for e in stage.witness.events)
            await stage.witness.wait_for(SeatHealth, present, heard + 1)
    for seat in list(cast.bots):
        await cast.leave(seat)
    assert cast.leaks == []
    assert cast.pictures > 20
    assert cast.shown > 5
