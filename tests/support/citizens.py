"""The invented citizens in real browsers: they sign in, prove who they are, look into their cameras."""

import asyncio
import json
import re
from pathlib import Path

from playwright.async_api import Page

from filing.challenges import from_plain
from filing.faces import open_photo
from odr.demo.puppet import CAST, Puppet
from odr.domain.citizens import CITIZENS, Citizen
from tests.support.camera import Camera
from tests.support.server import Server
from tests.support.sitter import Sitter
from tools.faces import photos

BY_ID = {citizen.id: citizen for citizen in CITIZENS}


async def sign_in(page: Page, phone: str, *, to: str) -> None:
    """Through the pages: number, code from the sandbox's messages, and on to `to`."""
    national = phone.removeprefix("+86")
    await page.goto(f"/sign-in?next={to}")
    await page.fill("[name=phone]", national)
    await page.click("main button[type=submit]")
    await page.wait_for_url("**/sign-in/code**")
    await page.fill("[name=code]", await newest_code(page, national))
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"**{to}*")


async def newest_code(page: Page, national: str) -> str:
    """The newest code that the sandbox sent to the number; waits until it is there."""
    async with asyncio.timeout(20):
        while True:
            answer = await page.request.get(f"/sandbox/messages?to=%2B86{national}")
            if found := re.search(r"验证码是(\d{6})", await answer.text()):
                return found[1]
            await page.wait_for_timeout(200)


async def photograph_card(page: Page, server: Server, citizen: Citizen) -> None:
    """Both sides from files, as drawn at the court's first start; ends at the page to confirm."""
    for side in ("front", "back"):
        await page.goto(f"/me/identity/{side}")
        await page.set_input_files("[name=photo]", server.data / "samples" / citizen.id / f"{side}.jpg")
        await page.click("main form button[type=submit]")
        await page.wait_for_url(re.compile(f"/me/identity/(?!{side}$)"), timeout=60_000)
    await page.wait_for_url("**/me/identity/confirm")


async def face_the_camera(page: Page, camera: Camera, citizen: Citizen) -> None:
    """Agree, press start, and do before the camera what the page asks."""
    selfie, _ = CAST[citizen.face]
    puppet = Puppet(open_photo(photos()[citizen.face][selfie - 1].read_bytes()))
    await page.check("[name=agree]")
    await page.locator("main form button[type=submit]").click()
    data = page.locator("#liveness-challenge")
    challenge = from_plain(json.loads(await data.text_content() or "{}"), "of the page")
    sitter = Sitter(puppet, camera, challenge)
    await sitter.watch(page)
    await page.click("[data-liveness-start]")
    await sitter.obey()
    assert sitter.guided, "the face mesh of the page never saw the face"


async def prove_identity(page: Page, server: Server, camera: Camera, citizen_id: str) -> None:
    """The whole way of a citizen who uses the camera, up to the register's answer."""
    citizen = BY_ID[citizen_id]
    await sign_in(page, citizen.phone, to="/me/identity")
    await photograph_card(page, server, citizen)
    await page.click("main form button[type=submit]")
    await page.wait_for_url("**/me/identity/face")
    await face_the_camera(page, camera, citizen)
    await page.wait_for_url("**/me/identity", timeout=60_000)


def picture(name: str) -> Path:
    """Where a journey keeps a screenshot to look at."""
    place = Path(__file__).resolve().parents[2] / "var" / "screens"
    place.mkdir(parents=True, exist_ok=True)
    return place / f"{name}.png"
