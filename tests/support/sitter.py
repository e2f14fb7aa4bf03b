"""Somebody before the camera who watches the page: its light falls on the face, its words are obeyed.

What the person does follows what the page shows at the moment, as with anybody; so a slow machine slows both.
"""

import asyncio
from collections.abc import Sequence

from PIL import Image
from playwright.async_api import Page

from filing.challenges import Action, Challenge, Colour
from odr.demo.puppet import DARK, Beat, Light, Puppet, colour_light, pose_at
from tests.support.camera import Camera

FRAMES_PER_S = 8.0
_SLUGGISH_MS = 300  # from reading to moving
_DEED_MS = 1600
_WHITE_MS = 2125  # an odd number of frames: the page, which takes every other, sees all of them
_COLOUR_MS = 875
_WATCH = """() => {
  const section = document.querySelector("[data-liveness]");
  const tell = () => window.sitterSees({ ...section.dataset });
  new MutationObserver(tell).observe(section, { attributes: true });
  tell();
}"""


class Sitter:
    """One person at one page with one camera; all pictures are drawn beforehand."""

    def __init__(self, puppet: Puppet, camera: Camera, challenge: Challenge) -> None:
        self._camera = camera
        lights: dict[str, Light] = {"white": DARK} | {one.value: colour_light(one) for one in Colour}
        self._at_rest = {
            name: camera.prepare(_moving(puppet, (), _WHITE_MS if name == "white" else _COLOUR_MS, light))
            for name, light in lights.items()
        }
        self._deeds = {p.action.value: camera.prepare(_deed(puppet, p.action)) for p in challenge.prompts}
        self._sees: dict[str, str] = {}
        self._since = 0.0
        self.guided = False  # whether the page's face mesh saw the face at any time
        camera.show(Image.fromarray(puppet.frame(pose_at(0, ()))))

    async def watch(self, page: Page) -> None:
        """Look at the page from now on."""
        await page.expose_function("sitterSees", self._look)
        await page.evaluate(_WATCH)

    async def obey(self) -> None:
        """Be seen by the camera, doing what the page says, until the page stops recording."""
        loop = asyncio.get_running_loop()
        begun, number = loop.time(), 0
        while self._sees.get("state") in {"waiting", "ready", "recording"}:
            self._camera.put(self._picture(loop.time(), number))
            number += 1
            await asyncio.sleep(max(0.0, begun + number / FRAMES_PER_S - loop.time()))

    def _look(self, seen: dict[str, str]) -> None:
        if seen.get("action") != self._sees.get("action"):
            self._since = asyncio.get_running_loop().time()
        self._sees = seen
        self.guided |= seen.get("guide") == "seeing"

    def _picture(self, now_s: float, number: int) -> bytes:
        deed = self._deeds.get(self._sees.get("action", ""), [])
        frame = int((now_s - self._since) * FRAMES_PER_S)
        if frame < len(deed):
            return deed[frame]
        at_rest = self._at_rest[self._sees.get("light", "white")]
        return at_rest[number % len(at_rest)]


def _deed(puppet: Puppet, action: Action) -> list[Image.Image]:
    return _moving(puppet, (Beat(action, _SLUGGISH_MS, _DEED_MS),), _SLUGGISH_MS + _DEED_MS, DARK)


def _moving(puppet: Puppet, beats: Sequence[Beat], length_ms: int, light: Light) -> list[Image.Image]:
    frames = puppet.frames(beats, seconds=length_ms / 1000, fps=FRAMES_PER_S, light_at=lambda _: light)
    return [Image.fromarray(frame) for _, frame in frames]
