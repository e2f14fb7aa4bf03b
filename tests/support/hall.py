"""A sitting with guests in real browsers: who leads at a desk, everybody else with a narrow phone.

Rule 1: four browsers at a time. A sitting begins with both sides; whose part is over leaves, a guest comes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.support.axe import assert_no_barriers
from tests.support.camera import Camera
from tests.support.filings import citizen
from tests.support.five import FRAMES_PER_S, PICTURE, Ears
from tests.support.rooms import act, enter_room, open_panel, sees_and_hears
from tests.support.seeding import Ready
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors
from tests.support.voices import Voices

NARROW: Final = ViewportSize(width=360, height=740)
MEDIATOR: Final = "mediator"


@dataclass(slots=True)
class Hall:
    """`pages` and `ears` by name; `voices`: each microphone has a tone of its own."""

    visitors: Visitors
    ready: Ready
    make_camera: Callable[..., Camera]
    voices: Voices
    pages: dict[str, Page] = field(default_factory=dict)
    ears: defaultdict[str, Ears] = field(default_factory=lambda: defaultdict(Ears))

    @property
    def here(self) -> str:
        return f"/sittings/{self.ready.sitting}"

    def __getitem__(self, name: str) -> Page:
        return self.pages[name]

    async def open(self, name: str) -> Page:
        """A page that does not know its person yet."""
        narrow = None if name == MEDIATOR else NARROW
        camera = self.make_camera(name, PICTURE, FRAMES_PER_S)
        self.pages[name] = page = await self.visitors.open(
            name, phone=narrow is not None, size=narrow, camera=camera, voice=self.voices.of(name)
        )
        self.ears[name].listen(page)
        return page

    async def sign_in(self, *names: str) -> None:
        """Up to the door, side by side."""

        async def come(name: str) -> None:
            await sign_in(await self.open(name), self.ready.phones[name], self.here)

        await asyncio.gather(*(come(name) for name in names))

    async def begin(self) -> None:
        """Everybody who has come so far enters, and the mediator begins."""
        await asyncio.gather(*(enter_room(page, self.here) for page in self.pages.values()))
        host = self[MEDIATOR]
        await expect(host.locator("[data-lobby-people] li")).to_have_count(len(self.pages) - 1)
        await act(host, "start").click()
        await self.stands(MEDIATOR, "joint")

    async def let_in(self, name: str) -> Page:
        """A guest comes while all talk already, waits, and is let in."""
        await self.sign_in(name)
        page = self[name]
        await enter_room(page, self.here)
        await expect(page.locator("[data-lobby-words]")).to_contain_text("主持人会请您进入")
        await (await self.row(name)).get_by_role("button", name="请进", exact=True).click()
        await self.stands(name, "joint")
        await sees_and_hears(page, more=5)
        return page

    async def row(self, name: str) -> Locator:
        """What the mediator may do about the person."""
        host = self[MEDIATOR]
        await open_panel(host, "people")
        return host.locator("[data-people] li", has_text=citizen(name).name)

    async def stands(self, name: str, place: str) -> None:
        await expect(self[name].locator("[data-court]")).to_have_attribute("data-place", place)

    async def leave(self, name: str) -> None:
        await self.visitors.leave(name)
        del self.pages[name]

    async def look(self, *names: str) -> None:
        for name in names:
            await look(self[name])

    async def refuses(self, name: str, path: str, sent: Mapping[str, object]) -> None:
        """What the page has no button for, asked of the court past the page."""
        answer = await self[name].request.post(f"{self.here}/{path}", data=dict(sent))
        assert answer.status in (403, 404, 409), f"{name} {path}: {answer.status}"


async def look(page: Page) -> None:
    """No barrier, and nothing that sticks out to the side."""
    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
    await assert_no_barriers(page)
