"""Whether memory stays flat while people come and go: an hour of rooms, and the slope of it.

    python -m bench.soak [--minutes 60] [--rooms 20] [--people 4] [--plane native]

The crowd of `bench.media`, pictures at a quarter of its rate. Every five seconds somebody leaves and another
takes the seat; every minute a whole room is closed and another opened. Printed each minute and at the end:
the server's resident memory, and its slope by least squares after the first tenth, in which pools fill. Root
is needed.
"""

import asyncio
import itertools
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import monotonic

import click

from bench.bots import Crowd
from bench.media import BOTS_CORE, HOST, SERVER_CORE, in_a_namespace, megabytes
from bench.peers import Member, Ours, ours

TURN_S, MINUTE_TURNS = 5.0, 12
PICTURE_US = 40_000
SETTLED = 0.1  # of the time

Sample = tuple[float, float]  # hours, megabytes


@click.command()
@click.option("--minutes", default=60.0, show_default=True)
@click.option("--rooms", default=20, show_default=True)
@click.option("--people", default=4, show_default=True, help="In each room.")
@click.option("--plane", default="native", show_default=True, type=click.Choice(["native", "python"]))
@click.option("--inside", is_flag=True, hidden=True)
def main(minutes: float, rooms: int, people: int, plane: str, inside: bool) -> None:
    """Soak and print."""
    if not inside:
        raise SystemExit(in_a_namespace("bench.soak"))
    os.sched_setaffinity(0, {BOTS_CORE})
    asyncio.run(_soak(minutes, rooms, people, plane))


def slope(samples: Sequence[Sample]) -> float:
    """Megabytes an hour, by least squares."""
    middle = sum(hours for hours, _ in samples) / len(samples)
    spread = sum((hours - middle) ** 2 for hours, _ in samples)
    return sum((hours - middle) * mb for hours, mb in samples) / spread if spread else 0.0


async def _soak(minutes: float, rooms: int, people: int, plane: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        crowd = Crowd(Path(folder))
        crowd.pace(PICTURE_US)
        async with ours(HOST, SERVER_CORE, plane) as server:
            house = _House(server, crowd, people)
            for _ in range(rooms):
                await house.open()
            samples: list[Sample] = []
            begun, passed = monotonic(), 0.0
            for turn in itertools.count(1):
                whole = turn % MINUTE_TURNS == 0
                received, lost = await house.turn(whole=whole)
                passed = monotonic() - begun
                samples.append((passed / 3600, megabytes(server.pid)))
                if whole:
                    print(
                        f"{passed / 60:.1f} min: {samples[-1][1]:.1f} MB, {house.joins} joins, "
                        f"{received} packets in the last {TURN_S:g} s, {lost} lost",
                        flush=True,
                    )
                if passed >= 60 * minutes:
                    break
    settled = samples[int(SETTLED * len(samples)) :]
    print(
        f"{passed / 60:.1f} minutes, {rooms} rooms of {people}, {house.joins} joins: "
        f"{settled[0][1]:.1f} MB, then {settled[-1][1]:.1f} MB; slope {slope(settled):+.2f} MB/h"
    )


class _House:
    """The rooms, and who is in them."""

    def __init__(self, server: Ours, crowd: Crowd, people: int) -> None:
        self.joins = 0
        self._server, self._crowd, self._people = server, crowd, people
        self._rooms: dict[int, list[Member]] = {}
        self._numbers = itertools.count(1000)
        self._chance = Random(7)

    async def open(self) -> None:
        number, members = await self._open()
        self._rooms[number] = members
        self._seat(members)

    async def _open(self) -> tuple[int, list[Member]]:
        number = next(self._numbers)
        return number, await self._server.fill(number, self._people)

    def _seat(self, members: Sequence[Member]) -> None:
        self.joins += len(members)
        for member in members:
            self._crowd.add(member.bot, sends=member.sends)

    async def turn(self, *, whole: bool) -> tuple[int, int]:
        """The crowd runs while a person, or a whole room, leaves and others come; packets and losses."""
        number = self._chance.choice(list(self._rooms))
        person = self._chance.randrange(self._people)
        before = self._rooms.pop(number)
        gone = before if whole else [before[person]]
        for member in gone:
            self._crowd.remove(member.bot)
        running = asyncio.to_thread(self._crowd.run, 0.0, TURN_S)
        if whole:
            outcome, (number, came) = await asyncio.gather(running, self._another_room(number))
            self._rooms[number] = came
        else:
            outcome, newcomer = await asyncio.gather(running, self._another_person(number, person))
            came = [newcomer]
            self._rooms[number] = [*before[:person], newcomer, *before[person + 1 :]]
        for member in gone:
            member.bot.sock.close()
        self._seat(came)
        return outcome.received, outcome.lost

    async def _another_room(self, number: int) -> tuple[int, list[Member]]:
        await self._server.empty(number)
        return await self._open()

    async def _another_person(self, number: int, person: int) -> Member:
        await self._server.leave(number, person)
        return await self._server.enter(number, person)


if __name__ == "__main__":
    main()
