"""A sitting with guests in real browsers: who leads at a desk, everybody else with a narrow phone.

Rule 1: four browsers at a time. A sitting begins with both sides; whose part is over leaves, a guest comes.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from playwright._impl._api_structures import SetCookieParam
from playwright.async_api import Locator, Page, ViewportSize, expect

from odr.web.middlewares import SESSION_COOKIE
from tests.support.axe import assert_no_barriers
from tests.support.camera import Camera
from tests.support.filings import citizen
from tests.support.five import FRAMES_PER_S, PICTURE, Ears
from tests.support.rooms import act, enter_room, open_panel, sees_and_hears
from tests.support.seeding import Ready
from tests.support.signing_in import CODE, newest, sign_in
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
    sessions: dict[str, str] = field(default_factory=dict)  # of who left: another code is not sent so soon

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
            page = await self.open(name)
            if session := self.sessions.get(name):
                known = SetCookieParam(name=SESSION_COOKIE, value=session, url=self.visitors.origin)
                await page.context.add_cookies([known])
                await page.goto(self.here)
            else:
                await sign_in(page, self.ready.phones[name], self.here)

        await asyncio.gather(*(come(name) for name in names))

    async def begin(self) -> None:
        """Everybody who has come so far enters, and the mediator begins."""
        await asyncio.gather(*(enter_room(page, self.here) for page in self.pages.values()))
        host = self[MEDIATOR]
        await expect(host.locator("[data-lobby-people] li")).to_have_count(len(self.pages) - 1)
        await act(host, "start").click()
        await self.stands(MEDIATOR, "joint")

    async def ask(self, asker: str, kind: str, name: str) -> None:
        """By the page that both sides and the mediator have; `kind`: as what the person is to come."""
        page, person = self[asker], citizen(name)
        await page.goto(f"{self.here}/guests")
        await page.locator(f"input[name=kind][value={kind}]").check()
        await page.locator("#field-name").fill(person.name)
        await page.locator("#field-phone").fill(person.phone.removeprefix("+86"))
        await look(page)
        await page.get_by_role("button", name="发送邀请").click()
        await expect(page.locator(".guest", has_text=person.name)).to_contain_text("已邀请，尚未答复")
        await look(page)

    async def say_yes(self, name: str, told: str) -> Page:
        """By the link in the message: the guest reads what is asked of them, and comes; their page."""
        page, phone = await self.open(name), citizen(name).phone
        await page.goto(await newest(page, phone, r"(/guests/[\w-]+)"))
        await expect(page.locator("main")).to_contain_text(told)
        await look(page)
        await page.get_by_role("button", name="获取验证码").click()
        await page.wait_for_url("**/code")
        await page.locator("[name=code]").fill(await newest(page, phone, CODE))
        await look(page)
        await page.locator("main form button[type=submit]").click()
        await page.get_by_role("button", name="我参加", exact=True).click()
        await expect(page.get_by_role("button", name="我不能参加了")).to_be_visible()
        await look(page)
        return page

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
        for cookie in await self[name].context.cookies():
            if cookie.get("name") == SESSION_COOKIE:
                self.sessions[name] = cookie.get("value", "")
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
