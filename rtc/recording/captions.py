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
_GROUND, _INK = (18, 35, 43), (238, 244, 245)
Image = NDArray[np.uint8]


class Captions:
    """`names`: how each seat is called; `font`: has their characters; `offset_s`: of the local time."""

    def __init__(self, names: Mapping[str, str], font: Path | None = None, offset_s: int = 0) -> None:
        self._names, self._offset = names, timedelta(seconds=offset_s)
        self._font = ImageFont.truetype(str(font), 18) if font else ImageFont.load_default(18)
        self._line: tuple[str, Image] = ("", np.zeros((LINE, WIDTH, 3), np.uint8))

    def under(self, frame: av.VideoFrame | None, seat: str | None, at: datetime) -> Image:
        """The whole picture; an empty ground where a camera was off."""
        whole = np.empty((HEIGHT, WIDTH, 3), np.uint8)
        whole[:] = _GROUND
        if frame is not None:
            fitted = _fitted(frame)
            high, wide = fitted.shape[:2]
            top, left = (SEEN - high) // 2, (WIDTH - wide) // 2
            whole[top : top + high, left : left + wide] = fitted
        whole[SEEN:] = self._words(self._names.get(seat or "", ""), at)
        return whole

    def _words(self, name: str, at: datetime) -> Image:
        """Drawn once a second."""
        text = f"{(at + self._offset):%Y-%m-%d %H:%M:%S}  {name}"
        if text != self._line[0]:
            sheet = Pillow.new("RGB", (WIDTH, LINE), _GROUND)
            ImageDraw.Draw(sheet).text((12, LINE // 2), text, _INK, self._font, anchor="lm")
            self._line = (text, np.asarray(sheet))
        return self._line[1]


def _fitted(frame: av.VideoFrame) -> Image:
    """As large as fits, upright or lying, undistorted."""
    scale = min(WIDTH / frame.width, SEEN / frame.height)
    wide, high = (max(2, int(side * scale) // 2 * 2) for side in (frame.width, frame.height))
    return np.asarray(frame.reformat(width=wide, height=high, format="rgb24").to_ndarray(), np.uint8)
