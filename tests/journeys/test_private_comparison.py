"""Two sides compare their limits in two browsers: both learn if they meet; no number leaves its page."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Page, Request, Response, WebSocket, expect

from tests.support.axe import assert_no_barriers
from tests.support.seeding import ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors

# Long enough to stand in no hash and no time by chance; the number of fen begins with that of yuan.
LESS, MORE = "1843217", "2158319"
SHOWN: Final = (LESS, MORE, "1,843,217", "2,158,319")


@dataclass
class Traffic:
    """All that one browser sent and was sent."""

    sent: list[str] = field(default_factory=list)
    came: list[Response] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        self.sent.append(f"{request.url} {request.post_data or ''} {request.headers}")

    def _response(self, response: Response) -> None:
        self.came.append(response)

    def _socket(self, socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: self.frames.append(str(frame)))


async def enter(page: Page, yuan: str) -> None:
    await page.locator("[data-limit]").fill(f"{yuan}.36")
    await page.get_by_role("button", name="开始比对").click()


async def a_limit_that_did_not_get_through(page: Page, yuan: str) -> None:
    """What is sent once more is of the number on the page: it cannot be another one by then."""
    await page.route("**/enter", lambda route: route.fulfill(status=204), times=1)
    async with page.expect_response("**/enter"):
        await enter(page, yuan)
    await expect(page.locator("[data-limit]")).not_to_be_editable()
    await page.evaluate("dispatchEvent(new Event('pageshow'))")  # as who comes back to the page
    await page.get_by_role("button", name="开始比对").click()


async def compare(asker: Page, other: Page, *, takes: str, pays: str) -> None:
    """The asker would be paid; each enters in their own page."""
    await asker.locator("summary", has_text="请对方一起比对").click()
    await asker.get_by_role("button", name="发起比对").click()
    await expect(asker.locator("#comparison")).to_contain_text("正在等对方答复")
    await other.get_by_role("button", name="同意比对", exact=True).click()
    await expect(other.get_by_label("您最多愿付多少元")).to_be_visible()
    await assert_no_barriers(other)
    await enter(other, pays)
    await expect(other.locator("#comparison")).to_contain_text("等对方也填好")
    await expect(asker.get_by_label("您最少要收多少元")).to_be_visible()
    await a_limit_that_did_not_get_through(asker, takes)


async def test_two_limits_meet_or_not_and_no_number_leaves_its_page(
    server: Server, visitors: Visitors
) -> None:
    ready = await ready_sitting(server, talking=True)
    address = f"/cases/{ready.case_id}/negotiation"
    people = {
        name: await visitors.open(name, phone=name != "mediator") for name in ("wang", "yang", "mediator")
    }
    traffic = {name: Traffic() for name in people}
    for name, page in people.items():
        await sign_in(page, ready.phones[name], address)
        traffic[name].follow(page)
        await page.goto(address)
    wang, yang, _mediator = people.values()
    for takes, pays, answer in ((LESS, MORE, "碰得上"), (MORE, LESS, "还碰不上")):
        await compare(wang, yang, takes=takes, pays=pays)
        for page in people.values():
            await expect(page.locator(".compare__answer").first).to_contain_text(answer)
            await assert_no_barriers(page)

    for name, page in people.items():
        assert await page.locator(".compare__answer").count() == 2
        kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
        whole = [
            await page.content(),
            kept,
            *traffic[name].sent,
            *traffic[name].frames,
            *await bodies(traffic[name]),
        ]
        assert sum(len(one) for one in whole) > 10_000  # something was looked at
        assert not [one for one in whole if any(number in one for number in SHOWN)]
    limits = [one.partition("marks=")[2].partition(" ")[0] for one in traffic["wang"].sent if "marks=" in one]
    assert (len(limits), len(set(limits))) == (4, 2)  # each limit twice, as the same marks
    stored = b"".join(path.read_bytes() for path in server.data.glob("odr.sqlite*"))
    told = (server.data / "terminal.txt").read_text(encoding="utf-8") + server.log
    for number in SHOWN:
        assert number not in told
        assert number.encode() not in stored


async def bodies(traffic: Traffic) -> list[str]:
    """What each answer held, of those that the browser still has."""
    pages = [
        one for one in traffic.came if one.ok and one.request.resource_type in ("document", "fetch", "xhr")
    ]
    read = await asyncio.gather(*(one.text() for one in pages), return_exceptions=True)
    return [one for one in read if isinstance(one, str)]
