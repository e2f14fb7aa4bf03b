"""A camera whose picture a test decides, frame by frame, while the page is looking.

Chromium reads a raw video file (`--use-file-for-fake-video-capture`) frame after frame and starts again at
its end. The file here has one frame, and showing a picture overwrites it in place: the page sees the new
picture 20 to 75 ms later (measured, Chromium 156, 20 frames/s). So the whole true path is used (getUserMedia,
encoder, canvas), and the product needs no switch for it. One camera serves one browser process.
"""

import asyncio
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from PIL import Image, ImageOps

PORTRAIT = (480, 640)
LANDSCAPE = (640, 480)
SMALL = (160, 120)  # for many people on one machine
GREY = (118, 118, 118)
FRAMES_PER_S = 20


class Camera:
    """A fake camera of `size` (width, height; even) on the file `path`, grey until it is shown something."""

    def __init__(
        self, path: Path, size: tuple[int, int] = PORTRAIT, frames_per_s: int = FRAMES_PER_S
    ) -> None:
        self.path, self.size = path, size
        head = f"YUV4MPEG2 W{size[0]} H{size[1]} F{frames_per_s}:1 Ip A0:0 C420jpeg\nFRAME\n".encode()
        path.write_bytes(head + self._planes(Image.new("RGB", size, GREY)))
        self._offset = len(head)
        self._file = os.open(path, os.O_WRONLY)

    @property
    def switches(self) -> list[str]:
        """What the browser is started with to look through this camera."""
        return [f"--use-file-for-fake-video-capture={self.path}"]

    def show(self, picture: Image.Image) -> None:
        """Show a picture, cropped to the camera's shape, until another is shown."""
        self.put(self._planes(picture))

    def prepare(self, pictures: Iterable[Image.Image]) -> list[bytes]:
        """The pictures as the file holds them: made beforehand, so that `play` keeps its pace."""
        return [self._planes(picture) for picture in pictures]

    def put(self, prepared: bytes) -> None:
        """Show a prepared picture until another is shown."""
        os.pwrite(self._file, prepared, self._offset)

    async def play(self, prepared: Sequence[bytes], *, frames_per_s: float = 10) -> None:
        """Show prepared pictures one after another at this pace; the last one stays."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number, planes in enumerate(prepared):
            await asyncio.sleep(max(0.0, begun + number / frames_per_s - loop.time()))
            self.put(planes)

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _planes(self, picture: Image.Image) -> bytes:
        """The picture as the planes of a YUV 4:2:0 frame."""
        fitted = ImageOps.fit(picture.convert("RGB"), self.size)
        return bytes(cv2.cvtColor(np.asarray(fitted), cv2.COLOR_RGB2YUV_I420).tobytes())
