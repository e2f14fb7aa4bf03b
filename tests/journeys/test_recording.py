"""A recording: asked for, refused once, agreed by all, at rest while some talk apart, watched as one film."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.support.axe import assert_no_barriers
from tests.support.camera import SMALL, Camera
from tests.support.rooms import act, come_together, enter_room, sees_and_hears, talk_apart
from tests.support.seeding import Ready, ready_sitting
from tests.support.server import Server
from tests.support.signing_in import sign_in
from tests.support.visitors import Visitors
from tests.support.voices import Voices

# What wang holds before the camera: nothing else in a room is of such colours.
RED, BLUE, YELLOW = (200, 20, 20), (20, 20, 200), (200, 200, 20)
# The colour that fills the most of a film's or tile's picture now; "" if none fills more than a fiftieth.
_COLOUR: Final = """(film) => {
    const canvas = new OffscreenCanvas(96, 54), pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(film, 0, 0, 96, 54);
    const { data } = pen.getImageData(0, 0, 96, 54), found = { red: 0, blue: 0, yellow: 0 };
    for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = data.slice(at, at + 3);
        if (r > 120 && g < 80 && b < 80) found.red += 1;
        if (b > 120 && r < 80 && g < 80) found.blue += 1;
        if (r > 120 && g > 120 && b < 80) found.yellow += 1;
    }
    const [name, count] = Object.entries(found).sort((one, other) => other[1] - one[1])[0];
    return count > 0.02 * 96 * 54 ? name : "";
}"""
# Plays the film to its end: the second at which each colour is first and last seen.
_PLAY: Final = f"""async (film) => {{
    const seen = {{}}, colour = {_COLOUR};
    film.muted = true;
    await film.play();
    while (!film.ended) {{
        await new Promise((next) => setTimeout(next, 100));
        const at = film.currentTime, name = colour(film);
        if (name) seen[name] = [seen[name]?.[0] ?? at, at];
    }}
    return {{ seconds: film.currentTime, seen }};
}}"""


async def holds(wang: Camera, colour: tuple[int, int, int], name: str, watcher: Page) -> None:
    """wang shows the colour, and who is with him sees it."""
    wang.show(Image.new("RGB", wang.size, colour))
    tile = watcher.locator(".tile--seen", has_text="王示范").locator("video")
    async with asyncio.timeout(45):
        while await tile.evaluate(_COLOUR) != name:
            await watcher.wait_for_timeout(100)


async def ask(mediator: Page) -> None:
    await mediator.locator("[data-host] [data-record]").click()
    await mediator.locator("[data-ask]").get_by_role("button", name="是", exact=True).click()


async def everybody_sees(people: list[Page], words: str) -> None:
    for page in people:
        await expect(page.locator("[data-recording-words]")).to_contain_text(words)


async def ask_and_agree(people: list[Page]) -> float:
    """One says no, nothing is recorded; asked once more, it begins with the last yes: when, in seconds."""
    mediator, wang, yang = people
    await ask(mediator)
    await expect(wang.locator("[data-record-asked]")).to_be_visible()
    await assert_no_barriers(wang)
    await act(wang, "let-record").click()
    await expect(wang.locator("[data-record-asked]")).to_be_hidden()
    await act(yang, "refuse-record").click()
    await everybody_sees(people, "没有录制：有人不同意录音录像")
    await ask(mediator)
    await act(wang, "let-record").click()
    await everybody_sees([mediator], "等待以下人员表示是否同意录音录像：杨示意")
    await everybody_sees([wang, yang], "还有人没有表示是否同意")  # who it is, is nobody's but the mediator's
    await expect(mediator.locator("[data-recording]")).not_to_have_attribute("data-recording", "on")
    await act(yang, "let-record").click()
    await everybody_sees(people, "正在录音录像")
    begun = asyncio.get_running_loop().time()
    await assert_no_barriers(yang)
    return begun


async def talk(people: list[Page], camera: Camera, begun: float) -> tuple[float, float]:
    """Together, apart, together: how long each joint part was recorded at the least, in seconds."""
    mediator, wang, yang = people
    clock = asyncio.get_running_loop().time
    await sees_and_hears(mediator, more=90)
    first = clock() - begun
    await talk_apart(mediator, "A", wang)
    await everybody_sees(people, "单独谈话期间不录音录像")
    await holds(camera, BLUE, "blue", mediator)
    await sees_and_hears(mediator, more=40)
    await holds(camera, YELLOW, "yellow", mediator)
    await come_together(mediator)
    await everybody_sees([wang, yang], "现在没有录制")
    await everybody_sees([mediator], "录音录像尚未恢复")
    await mediator.locator("[data-recording-on]").click()
    await everybody_sees(people, "正在录音录像")
    begun = clock()
    await sees_and_hears(mediator, more=90)
    return first, clock() - begun


async def watch(page: Page, ready: Ready, parts: tuple[float, float]) -> None:
    """The film comes to the open page by itself, plays to its end, and holds both joint parts alone."""
    await page.goto(f"/sittings/{ready.sitting}/recordings")
    film = page.locator("[data-film]")
    await expect(film).to_be_visible(timeout=150_000)  # made beside everything else, at low priority
    await assert_no_barriers(page)
    played: dict[str, Any] = await film.evaluate(_PLAY)
    first, second = parts
    beyond = played["seconds"] - first - second
    assert -1 < beyond < 12, (played, parts)  # it goes on while the browser is asked
    seen = played["seen"]
    assert "blue" not in seen, seen
    assert seen["red"][0] < 4, seen
    assert seen["red"][1] < seen["yellow"][0], seen
    assert seen["yellow"][1] > played["seconds"] - 2, seen


@pytest.mark.soak
@pytest.mark.timeout(600)  # three minutes on a machine of two cores that others share
async def test_the_joint_talk_is_recorded_with_everybodys_yes(
    server: Server, visitors: Visitors, make_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    ready = await ready_sitting(server)
    here = f"/sittings/{ready.sitting}"
    camera = make_camera("wang", SMALL)
    mediator = await visitors.open("mediator", phone=False, camera=make_camera("mediator", SMALL))
    wang = await visitors.open("wang", camera=camera, voice=Voices(tmp_path).of("wang"))
    yang = await visitors.open("yang", camera=make_camera("yang", SMALL))
    people = [mediator, wang, yang]
    names = ("mediator", "wang", "yang")
    await asyncio.gather(
        *(sign_in(page, ready.phones[who], here) for page, who in zip(people, names, strict=True))
    )
    await asyncio.gather(*(enter_room(page, here) for page in people))
    await act(mediator, "start").click()
    await asyncio.gather(*(sees_and_hears(page) for page in people))
    for silent in (mediator, yang):  # the film shows whoever speaks
        await act(silent, "mic").click()
    await holds(camera, RED, "red", mediator)
    begun = await ask_and_agree(people)
    parts = await talk(people, camera, begun)
    await act(mediator, "stop-record").click()
    await mediator.locator("[data-ask]").get_by_role("button", name="是", exact=True).click()
    await expect(mediator.locator("[data-recording]")).to_be_hidden()
    await watch(yang, ready, parts)
    await mediator.goto(f"{here}/recordings")
    await mediator.get_by_text("打开记录").click()
    await expect(mediator.locator("main")).to_contain_text("杨示意")
