"""Random moves, drops and returns through real sockets: pictures are judged by what they show.

Each person sends a picture of a colour of its own, so that a leak is seen whatever the signalling claims.
"""

import asyncio
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
STEPS = 10
UNDER_WAY_S = 0.6  # jitter buffer and decoder: what was received before the move may still be shown


def plain(colour: tuple[int, int, int]) -> Picture:
    frame = np.full((96, 128, 3), colour, dtype=np.uint8)

    def picture(number: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
        frame[number % 96, :8] = 128  # never twice the same
        return frame

    return picture


def sender_of(frame: av.VideoFrame) -> str:
    middle = frame.to_ndarray(format="rgb24")[20:76, 32:112].reshape(-1, 3).mean(axis=0)
    return SEATS[int(np.argmax(middle))]


class Cast:
    """The people, what each may see, and what each saw."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bots: dict[str, MediaBot] = {}
        self.allowed: dict[str, set[str]] = {seat: set() for seat in SEATS}
        self.shut_at: dict[tuple[str, str], float] = {}
        self.leaks: list[str] = []
        self.pictures = 0

    def look(self, receiver: str, frame: av.VideoFrame) -> None:
        sender, now = sender_of(frame), asyncio.get_running_loop().time()
        self.pictures += 1
        if (
            sender not in self.allowed[receiver]
            and now - self.shut_at.get((receiver, sender), 0) > UNDER_WAY_S
        ):
            self.leaks.append(f"{receiver} saw {sender}")

    async def enter(self, seat: str) -> None:
        async def ticket() -> str:
            return self.stage.ticket(seat)

        look = partial(self.look, seat)
        bot = self.bots[seat] = MediaBot(self.stage.url, ticket, picture=plain(COLOURS[seat]), look=look)
        await bot.join()

    async def leave(self, seat: str) -> None:
        await self.bots.pop(seat).leave()

    def move(self, allowed: dict[str, set[str]]) -> None:
        now = asyncio.get_running_loop().time()
        for receiver in SEATS:
            for sender in self.allowed[receiver] - allowed[receiver]:
                self.shut_at[receiver, sender] = now
        self.stage.routes({r: self.allowed[r] & allowed[r] for r in SEATS})
        self.allowed = allowed
        self.stage.routes(allowed)


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
        cast.move({seat: {s for s in SEATS if s != seat and rng.randrange(2)} for seat in SEATS})
        present = next(iter(cast.bots), None)
        if present is not None:
            heard = sum(isinstance(e, SeatHealth) and e.seat == present for e in stage.witness.events)
            await stage.witness.wait_for(SeatHealth, present, heard + 1)
    for seat in list(cast.bots):
        await cast.leave(seat)
        await stage.witness.wait_for(SeatLeft, seat)
    assert cast.leaks == []
    assert cast.pictures > 20
