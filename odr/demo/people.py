"""The people of the demonstration, each with a browser and a telephone; a citizen has papers and a face too.

Rule 1: what a person knows comes from pages, messages and their own papers.
"""

import asyncio
import contextlib
import io
import json
import re
import time
from datetime import date
from functools import cached_property
from typing import Final

from PIL import Image

from filing.challenges import Challenge, from_plain
from filing.face_engines import Pixels
from filing.faces import open_photo
from odr.demo.client import Browser, Page, Photo, Refused
from odr.demo.puppet import CAST, Puppet, lit_by, obeying
from odr.domain.citizens import CITIZENS, Citizen
from tools.faces import photos

_CODE: Final = re.compile(r"验证码[^\d，。]{0,4}(\d{6})(?!\d)")
_FRAMES_PER_S: Final = 4.0
_AFTER_S: Final = 0.3  # the page records a little longer than the last action


class Person:
    """Somebody with a phone number."""

    def __init__(self, origin: str, name: str, phone: str) -> None:
        self.name, self.phone = name, phone
        self.browser = Browser(origin)
        self._inbox = Browser(origin)

    async def sign_in(self, following: str = "/") -> Page:
        """Sign in with the code of the message; the page that follows."""
        before = len(await self.messages())
        await self.browser.open(f"/sign-in?next={following}")
        await self.browser.press("获取验证码", phone=self.phone)
        return await self.browser.press("登录", code=await self.code(before))

    async def messages(self) -> list[str]:
        """The messages to this number, newest first."""
        page = await self._inbox.open(f"/sandbox/messages?to={self.phone.replace('+', '%2B')}")
        return page.texts("sms")

    async def code(self, before: int = 0) -> str:
        """The newest code among the messages after the first `before`; other news may come between."""
        async with asyncio.timeout(30):
            while True:
                told = await self.messages()
                codes = [_CODE.search(text) for text in told[: len(told) - before]]
                found = next((code for code in codes if code), None)
                if found is not None:
                    return found[1]
                await asyncio.sleep(0.2)

    async def message(self, before: int, part: str = "") -> list[str]:
        """The messages newer than the first `before`, one of them with `part`; newest first."""
        async with asyncio.timeout(30):
            while True:
                told = await self.messages()
                new = [text for text in told[: len(told) - before] if part in text]
                if new:
                    return new
                await asyncio.sleep(0.2)

    async def close(self) -> None:
        await self.browser.close()
        await self._inbox.close()


class Party(Person):
    """An invented citizen with a card, papers and a face."""

    def __init__(self, origin: str, citizen_id: str) -> None:
        self.citizen: Citizen = next(one for one in CITIZENS if one.id == citizen_id)
        super().__init__(origin, self.citizen.name, self.citizen.phone)

    async def paper(self, name: str) -> Photo:
        """A photo of one of the person's papers."""
        body = await self._inbox.download(f"/sandbox/samples/{self.citizen.id}/{name}")
        return Photo(name, body, "image/png" if name.endswith(".png") else "image/jpeg")

    async def read_card(self) -> int:
        """Photograph both sides, compare what was read with the card, confirm; the number of corrections."""
        browser = self.browser
        await browser.open("/me/identity/front")
        await browser.press("使用这张照片", photo=await self.paper("front.jpg"))
        await browser.open("/me/identity/back")
        await browser.press("使用这张照片", photo=await self.paper("back.jpg"))
        await browser.open("/me/identity/confirm")
        read = dict(browser.page.form(ending="/confirm").filled)
        wrong = {name: value for name, value in self._on_card().items() if read.get(name) != value}
        await browser.press("全部正确", ending="/confirm", **wrong)
        return len(wrong)

    async def show_face(self) -> None:
        """Consent, look into the camera and do what the page asks; up to three times, as the page allows."""
        browser = self.browser
        await browser.open("/me/identity/face")
        await browser.press("继续，打开摄像头", agree="yes")
        for _ in range(3):
            if browser.page.path == "/me/identity/face":
                await self._before_camera(browser.page)
        await browser.until(_settled, "/me/identity", what="公安登记信息的比对结果")
        if "身份核验已通过" not in browser.page.words:
            raise Refused(browser.page.complaint)

    async def _before_camera(self, page: Page) -> None:
        """One try; after a refusal the page shows a new challenge."""
        began = time.monotonic()
        form = page.form(ending="/face")
        asked = _asked(page, dict(form.filled)["nonce"])
        frames = await asyncio.to_thread(self._frames, asked)
        acted_s = frames[-1][1] / 1000  # the court takes no frame before it can have been taken
        await asyncio.sleep(max(0.0, began + acted_s - time.monotonic()))
        pictures = [Photo(f"frame-{n:02}.jpg", jpeg) for n, (jpeg, _) in enumerate(frames)]
        times = json.dumps([t_ms for _, t_ms in frames])
        with contextlib.suppress(Refused):
            await self.browser.send(form, values={"frames": pictures, "times": times})

    def _frames(self, asked: Challenge) -> list[tuple[bytes, int]]:
        seconds = asked.length_ms / 1000 + _AFTER_S
        moving = self._puppet.frames(
            obeying(asked), seconds=seconds, fps=_FRAMES_PER_S, light_at=lit_by(asked)
        )
        return [(_jpeg(frame), t_ms) for t_ms, frame in moving]

    @cached_property
    def _puppet(self) -> Puppet:
        selfie, _ = CAST[self.citizen.face]
        return Puppet(open_photo(photos()[self.citizen.face][selfie - 1].read_bytes()))

    def _on_card(self) -> dict[str, str]:
        one = self.citizen
        return {
            "name": one.name,
            "sex": one.sex,
            "nation": one.nation,
            "birth": date.fromisoformat(one.birth).isoformat(),
            "address": one.address,
            "id_number": one.id_number,
        }


def _settled(page: Page) -> bool:
    """The register has answered: the page no longer says that it changes by itself."""
    return "身份核验已通过" in page.words or bool(page.alerts)


def _asked(page: Page, nonce: str) -> Challenge:
    return from_plain(page.given("liveness-challenge"), nonce)


def _jpeg(frame: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(frame).save(out, "JPEG", quality=80)
    return out.getvalue()
