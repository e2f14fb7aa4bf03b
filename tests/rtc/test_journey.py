"""Real browsers with fake cameras in one room."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from statistics import mean
from typing import Any, Protocol

import pytest
from playwright.async_api import Browser, Page, async_playwright

from rtc.core.budget import Quality
from rtc.core.commands import TellPictures
from rtc.core.events import SeatConnected, SeatHealth
from rtc.core.packets import Kind
from rtc.settings import MediaSettings
from tests.rtc.conftest import Stage, find_client, run_stage
from tests.rtc.net.relay import Relay
from tests.support import firefox as gecko

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed"),
    pytest.mark.skipif(find_client() is None, reason="socket.io-client is not installed: npm ci"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


class Evaluates(Protocol):
    async def evaluate(self, expression: str, /) -> Any: ...


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        await browser.close()


async def enter(browser: Browser, stage: Stage, seat: str, **profile: Any) -> Page:
    """A person in a window of its own, connected; fails at any error in the console."""
    page = await (await browser.new_context(**profile)).new_page()
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(f"{stage.url}/?seat={seat}")
    async with asyncio.timeout(15):
        await stage.witness.wait_for(SeatConnected, seat)
    return page


class Fox:
    """A page of Firefox that takes expressions, as Playwright's do."""

    def __init__(self, browser: gecko.Firefox) -> None:
        self._browser = browser

    async def evaluate(self, expression: str, /) -> Any:
        return await self._browser.evaluate(f"return {expression.strip()}")


PHONE = {
    "viewport": {"width": 412, "height": 839},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2.6,
}


async def until(page: Evaluates, condition: str, within_s: float = 15) -> None:
    """Wait in the page, looking at each 100 ms, until the condition over `seats`, `shown` and `log` holds."""
    found = await page.evaluate(f"""(async () => {{
        const end = performance.now() + {1000 * within_s};
        for (;;) {{
            const {{ seats }} = await room.media.stats();
            const {{ shown, log }} = room;
            try {{ if ({condition}) return "true"; }} catch {{}}
            if (performance.now() > end) return JSON.stringify({{ seats, shown: Object.keys(shown), log }});
            await new Promise((next) => setTimeout(next, 100));
        }}
    }})()""")
    assert found == "true", f"{condition}: {found}"


async def sees(page: Evaluates, seat: str, more: int = 20) -> None:
    """That many further pictures decoded and sound packets received from the seat."""
    before = (await page.evaluate("room.media.stats()"))["seats"].get(seat, {"frames": 0, "audioPackets": 0})
    await until(
        page,
        f"seats.{seat}.frames >= {before['frames'] + more} && seats.{seat}.audioEnergy > 0"
        f" && seats.{seat}.audioPackets >= {before['audioPackets'] + more}",
    )


async def test_three_windows_one_a_phone_meet_part_and_meet(open_stage: Stage, chromium: Browser) -> None:
    stage = open_stage
    stage.everybody("anna", "bo", "mediator")
    anna = await enter(chromium, stage, "anna", **PHONE)
    bo = await enter(chromium, stage, "bo")
    mediator = await enter(chromium, stage, "mediator")
    for page, others in ((anna, ("bo", "mediator")), (bo, ("anna", "mediator")), (mediator, ("anna", "bo"))):
        for other in others:
            await sees(page, other)

    stage.routes({})
    stage.routes({"anna": {"mediator"}, "mediator": {"anna"}})
    await sees(mediator, "anna")
    await until(bo, "Object.keys(shown).length === 0")
    calm = len(await stage.witness.wait_for(SeatHealth, "bo")) + 1
    quiet = (await stage.witness.wait_for(SeatHealth, "bo", calm + 2))[calm:]
    assert [h.kbps_down for h in quiet if isinstance(h, SeatHealth)] == [0] * len(quiet)

    stage.everybody("anna", "bo", "mediator")
    await sees(bo, "anna")
    await sees(bo, "mediator")


async def test_a_window_that_is_revoked_stays_out(open_stage: Stage, chromium: Browser) -> None:
    open_stage.everybody("anna", "bo")
    await enter(chromium, open_stage, "anna")
    bo = await enter(chromium, open_stage, "bo")
    open_stage.engine.revoke("room", "bo")
    await until(bo, "log.some(([, what]) => what === 'ended revoked')", within_s=1)


async def test_a_network_change_takes_the_same_seat_within_seconds(
    open_stage: Stage, chromium: Browser
) -> None:
    open_stage.everybody("anna", "bo")
    anna, bo = await enter(chromium, open_stage, "anna"), await enter(chromium, open_stage, "bo")
    await sees(anna, "bo")
    await sees(bo, "anna")
    await bo.evaluate("window.dispatchEvent(new Event('online'))")
    async with asyncio.timeout(5):
        await open_stage.witness.wait_for(SeatConnected, "bo", 2)
    await sees(anna, "bo")
    await sees(bo, "anna")


async def test_an_ice_restart_keeps_the_connection(open_stage: Stage, chromium: Browser) -> None:
    open_stage.everybody("anna", "bo")
    anna, bo = await enter(chromium, open_stage, "anna"), await enter(chromium, open_stage, "bo")
    await sees(anna, "bo")
    ufrag = "room.media.pc.remoteDescription.sdp.match(/ice-ufrag:(\\w+)/)[1]"
    before = await bo.evaluate(ufrag)
    await bo.evaluate("room.media.talk.restart()")
    await until(bo, f"{ufrag} !== '{before}' && room.media.pc.iceConnectionState === 'connected'")
    await sees(anna, "bo", more=60)
    assert len(await open_stage.witness.wait_for(SeatConnected, "bo")) == 1


async def test_the_room_mutes_a_microphone_that_goes_on_sending(open_stage: Stage, chromium: Browser) -> None:
    open_stage.everybody("anna", "bo")
    anna, bo = await enter(chromium, open_stage, "anna"), await enter(chromium, open_stage, "bo")
    await sees(bo, "anna")
    open_stage.everybody("anna", "bo", muted={"anna"})
    await until(anna, "log.some(([, what]) => what === 'muted true')")
    heard = (await bo.evaluate("room.media.stats()"))["seats"]["anna"]
    await until(bo, f"seats.anna.frames > {heard['frames'] + 20}")
    after = (await bo.evaluate("room.media.stats()"))["seats"]["anna"]
    assert after["audioPackets"] <= heard["audioPackets"] + 5, "what was under way"


TILES = """(async () => {
    const { Tiles } = await import("/js/room/parts/tiles.js");
    const tiles = new Tiles(document.body.appendChild(document.createElement("div")), () => {});
    tiles.seat([{ id: "bo", name: "Bo", connected: true }, { id: "anna", name: "Anna" }], "anna");
    room.media.on.pictures = (qualities) => tiles.weigh(qualities);
})()"""


async def test_a_tile_says_why_its_picture_stopped_and_goes_quiet_when_it_is_back(
    open_stage: Stage, chromium: Browser
) -> None:
    stage = open_stage
    stage.everybody("anna", "bo")
    anna, _ = await enter(chromium, stage, "anna"), await enter(chromium, stage, "bo")
    await sees(anna, "bo")
    await anna.evaluate(TILES)
    leg = next(leg for leg in stage.engine._rooms["room"].legs.values() if leg.seat == "anna")
    why = "document.querySelector('[data-seat=bo] .tile__why').textContent"
    for told, words in (("sound", "paused"), ("stills", "every few seconds")):
        stage.engine._do([TellPictures(leg.number, {"3": told})])
        await until(anna, f"{why}.includes('{words}') && {why}.includes('The sound goes on')")
    stage.engine._do([TellPictures(leg.number, {"3": "full"})])
    await until(anna, f"{why} === ''")


STILL = """(async () => {
    const { Stillness } = await import("/js/room/parts/still.js");
    new Stillness(room.media, (seats) => (window.still = [...seats].join()));
})()"""


AGAIN = """(async () => {
    const { openDevice } = await import("/js/room/media.js");
    await room.media.replaceTrack("video", await openDevice("video"));
})()"""


async def test_who_goes_on_by_sound_alone_leaves_no_last_picture(
    open_stage: Stage, chromium: Browser
) -> None:
    stage = open_stage
    stage.everybody("anna", "bo")
    anna, bo = await enter(chromium, stage, "anna"), await enter(chromium, stage, "bo")
    await sees(anna, "bo")
    await anna.evaluate(STILL)
    await until(anna, "window.still === ''")
    await bo.evaluate("room.media.replaceTrack('video', null)")
    await until(anna, "window.still === 'bo'")
    await bo.evaluate(AGAIN)
    await until(anna, "window.still === ''")


async def test_a_camera_sends_two_sizes_and_each_window_can_get_either(
    open_stage: Stage, chromium: Browser
) -> None:
    stage = open_stage
    stage.everybody("anna", "bo")
    anna, _ = await enter(chromium, stage, "anna"), await enter(chromium, stage, "bo")
    await until(anna, "seats.bo.width === 640")
    room = stage.engine._rooms["room"]
    leg = next(leg for leg in room.legs.values() if leg.seat == "anna")
    for quality, width in ((Quality.SMALL, 320), (Quality.FULL, 640)):
        leg.budget._raise_at = float("inf")
        leg.budget.qualities = {"3": quality}
        stage.engine._do(room._rebind())
        await until(anna, f"seats.bo.width === {width}")
        await sees(anna, "bo")


@pytest.mark.skipif(gecko.program() is None, reason="Firefox is not installed")
async def test_firefox_and_chromium_see_and_hear_each_other(open_stage: Stage, chromium: Browser) -> None:
    open_stage.everybody("anna", "fox")
    anna = await enter(chromium, open_stage, "anna")
    async with gecko.firefox() as browser:
        await browser.goto(f"{open_stage.url}/?seat=fox")
        fox = Fox(browser)
        await sees(fox, "anna")
        await sees(anna, "fox")
        open_stage.routes({})
        await until(fox, "Object.keys(shown).length === 0")
        open_stage.everybody("anna", "fox")
        await sees(fox, "anna")
        await sees(anna, "fox")


REFUSED_CAMERA = """
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (wish) =>
        wish.video ? Promise.reject(new DOMException("no", "NotAllowedError")) : ask(wish);
"""


async def test_a_refused_camera_leaves_the_voice_and_can_come_later(
    open_stage: Stage, chromium: Browser
) -> None:
    stage = open_stage
    stage.everybody("anna", "bo")
    page = await (await chromium.new_context()).new_page()
    await page.add_init_script(REFUSED_CAMERA)
    await page.goto(f"{stage.url}/?seat=anna")
    bo = await enter(chromium, stage, "bo")
    assert await page.evaluate("room.devices.trouble") == {"video": "denied"}
    await sees(page, "bo")
    await until(bo, "seats.anna.audioPackets > 20 && seats.anna.frames === 0")
    await page.evaluate("""(async () => {
        const canvas = document.createElement("canvas");
        const pen = canvas.getContext("2d");
        setInterval(() => pen.fillRect(Math.random() * 300, 0, 9, 99), 50);
        await room.media.replaceTrack("video", canvas.captureStream(20).getVideoTracks()[0]);
    })()""")
    await sees(bo, "anna")


async def test_pages_come_back_after_the_server_was_restarted(open_stage: Stage, chromium: Browser) -> None:
    stage = open_stage
    stage.everybody("anna", "bo")
    anna, bo = await enter(chromium, stage, "anna"), await enter(chromium, stage, "bo")
    await sees(anna, "bo")
    await stage.engine.stop()
    await stage.engine.start()
    stage.engine.open_room("room")
    stage.everybody("anna", "bo")
    await sees(anna, "bo")
    await sees(bo, "anna")


MENDED = """(async () => {
    const sum = { sent: 0, received: 0 };
    (await room.media.pc.getStats()).forEach((s) => {
        if (s.type === "outbound-rtp") sum.sent += s.retransmittedPacketsSent ?? 0;
        if (s.type === "inbound-rtp") sum.received += s.retransmittedPacketsReceived ?? 0;
    });
    return sum;
})()"""


async def test_a_tenth_lost_each_way_is_mended_in_the_repair_streams(chromium: Browser) -> None:
    settings = MediaSettings(addresses="127.0.0.2@127.0.0.1")  # type: ignore[arg-type]  # as from the environment
    async with run_stage(settings) as stage:
        relay = Relay(stage.engine.endpoints[0][1], loss=0.1)
        stage.everybody("anna", "bo")
        anna, bo = await enter(chromium, stage, "anna"), await enter(chromium, stage, "bo")
        await sees(bo, "anna")
        legs, losses = stage.engine._rooms["room"].legs.values(), list[float]()
        for _ in range(4):  # one second is a hundred packets, of which three may be lost as well as twenty
            await sees(bo, "anna")
            losses += (leg.line.loss for leg in legs)
        await sees(anna, "bo")
        assert relay.lost > 100
        mended = await bo.evaluate(MENDED)
        assert mended["sent"] > 5
        assert mended["received"] > 5
        assert 0.05 < mean(losses) < 0.2, losses
        for leg in legs:
            assert leg._answer is not None
            assert leg._answer.counts_arrivals, "a browser of today reports when each packet came"
            assert leg._answer.redundancy, "and takes sound that is sent twice"
            assert leg.tracks[Kind.AUDIO, ""].reception.counts.mended > 0, (
                "what RED did not bring came when asked for"
            )
        relay.close()
