"""The picture as it is composed: fitted into one size, with a line of who is seen and when it was (LL 4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

WIDTH, HEIGHT = 640, 392
LINE: Final = 32  # at the foot, below the picture
SEEN: Final = HEIGHT - LINE
SMALL: Final = 4  # the speaker beside a screen has this part of the width
EDGE: Final = 8
_GROUND, _INK = (18, 35, 43), (238, 244, 245)
Image = NDArray[np.uint8]


class Captions:
    """`names`: how each seat is called; `font`: has their characters; `offset_s`: of the local time."""

    def __init__(self, names: Mapping[str, str], font: Path | None = None, offset_s: int = 0) -> None:
        self._names, self._offset = names, timedelta(seconds=offset_s)
        self._face = font
        self.enlarge(1)

    def enlarge(self, times: int) -> None:
        """Make pictures so many times as wide and high: a page of text is unreadable on the plain ones."""
        self.size = WIDTH * times, HEIGHT * times
        self._times = times
        points = 18 * times
        self._font = (
            ImageFont.truetype(str(self._face), points) if self._face else ImageFont.load_default(points)
        )
        self._line: tuple[str, Image] = ("", np.zeros((LINE * times, WIDTH * times, 3), np.uint8))

    def under(
        self,
        frame: av.VideoFrame | None,
        seat: str | None,
        at: datetime,
        screen: av.VideoFrame | None = None,
    ) -> Image:
        """The whole picture; an empty ground where a camera was off. Beside a screen the person is small."""
        wide, high = self.size
        seen = SEEN * self._times
        whole = np.empty((high, wide, 3), np.uint8)
        whole[:] = _GROUND
        if screen is not None:
            _put(whole[:seen], _fitted(screen, wide, seen))
            if frame is not None:
                edge, part = EDGE * self._times, (wide // SMALL, seen // SMALL)
                corner = whole[seen - part[1] - edge : seen - edge, wide - part[0] - edge : wide - edge]
                _put(corner, _fitted(frame, *part))
        elif frame is not None:
            _put(whole[:seen], _fitted(frame, wide, seen))
        whole[seen:] = self._words(self._names.get(seat or "", ""), at)
        return whole

    def _words(self, name: str, at: datetime) -> Image:
        """Drawn once a second."""
        text = f"{(at + self._offset):%Y-%m-%d %H:%M:%S}  {name}"
        if text != self._line[0]:
            high = LINE * self._times
            sheet = Pillow.new("RGB", (self.size[0], high), _GROUND)
            ImageDraw.Draw(sheet).text((12 * self._times, high // 2), text, _INK, self._font, anchor="lm")
            self._line = (text, np.asarray(sheet))
        return self._line[1]


def _put(ground: Image, picture: Image) -> None:
    """The picture in the middle of the ground."""
    high, wide = picture.shape[:2]
    top, left = (ground.shape[0] - high) // 2, (ground.shape[1] - wide) // 2
    ground[top : top + high, left : left + wide] = picture


def _fitted(frame: av.VideoFrame, width: int, height: int) -> Image:
    """As large as fits there, upright or lying, undistorted."""
    scale = min(width / frame.width, height / frame.height)
    wide, high = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    return np.asarray(frame.reformat(width=wide, height=high, format="rgb24").to_ndarray(), np.uint8)
