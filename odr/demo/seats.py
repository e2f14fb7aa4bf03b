"""Seats in a room: a person with a bot for picture and sound, and the room's page as its script asks it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

from odr.demo.client import Refused
from odr.demo.medium import MediaBot, moving_bars
from odr.demo.people import Person

_WAIT_S: Final = 20.0
_AGAIN_S: Final = 0.2
_HUES: Final = (30, 120, 210)
_TONES_HZ: Final = (330.0, 440.0, 550.0)


class Seat:
    """One person in one room. `id` is the seat's name in the media."""

    def __init__(self, person: Person, sitting: str, number: int) -> None:
        self.person, self.here, self.id = person, f"/sittings/{sitting}", ""
        self.bot = MediaBot(
            person.browser.origin,
            self._ticket,
            picture=moving_bars(_HUES[number % 3]),
            tone_hz=_TONES_HZ[number % 3],
        )

    async def sit_down(self) -> None:
        """Sign in anew if that was long ago, agree to the rules, join with picture and sound."""
        browser = self.person.browser
        page = await browser.open(self.here)
        if not page.offers(ending="/rules"):
            page = await self.person.sign_in(self.here)
        await browser.press(ending="/rules", rights=True, no_recording=True)
        await self.bot.join()
        self.id = (await self.state())["me"]["id"]

    async def tell(self, what: str, **values: object) -> Any:
        """What the room's script posts."""
        return await self.person.browser.call("POST", f"{self.here}/{what}", values)

    async def ask(self, what: str) -> dict[str, Any]:
        told: dict[str, Any] = await self.person.browser.call("GET", f"{self.here}/{what}")
        return told

    async def state(self) -> dict[str, Any]:
        """The room as this person may see it."""
        return await self.ask("state")

    async def download(self, what: str) -> bytes:
        return await self.person.browser.download(f"{self.here}/{what}")

    async def until(self, what: str, true: Callable[[dict[str, Any]], bool], name: str) -> None:
        """Ask again until it is so."""
        for _ in range(round(_WAIT_S / _AGAIN_S)):
            if true(told := await self.ask(what)):
                return
            await asyncio.sleep(_AGAIN_S)
        raise Refused(f"{self.person.name}没有等到{name}：{told}")

    async def until_state(self, true: Callable[[dict[str, Any]], bool], name: str) -> None:
        await self.until("state", true, name)

    def from_seat(self, other: "Seat") -> tuple[int, int]:
        """Decoded pictures and sound frames from the other seat so far."""
        return self.bot.frames[other.id], self.bot.voices[other.id]

    @property
    def total(self) -> tuple[int, int]:
        return self.bot.frames.total(), self.bot.voices.total()

    async def sees(self, other: "Seat", frames: int, voices: int) -> None:
        """Wait until so much of the other has been decoded."""

        def enough() -> bool:
            seen, heard = self.from_seat(other)
            return seen >= frames and heard >= voices

        try:
            async with asyncio.timeout(_WAIT_S):
                await self.bot.until(enough)
        except TimeoutError:
            told = self.from_seat(other)
            raise Refused(
                f"{self.person.name}从{other.person.name}只收到 {told}，要 {(frames, voices)}"
            ) from None

    async def shown_out(self) -> None:
        """Wait until the room has told that it is closed."""
        try:
            async with asyncio.timeout(_WAIT_S):
                await self.bot.until(lambda: self.bot.ended is not None)
        except TimeoutError:
            raise Refused(f"{self.person.name}没有收到退出通知") from None

    async def _ticket(self) -> str:
        told = await self.tell("ticket")
        return str(told["ticket"])


async def take_seats(sitting: str, people: Sequence[Person]) -> tuple[Seat, ...]:
    """Everybody joins at the same time, each into the lobby."""
    seats = tuple(Seat(person, sitting, number) for number, person in enumerate(people))
    await asyncio.gather(*(seat.sit_down() for seat in seats))
    return seats


async def leave(seats: Sequence[Seat]) -> None:
    await asyncio.gather(*(seat.bot.leave() for seat in seats))
