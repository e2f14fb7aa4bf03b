"""Whether two photos show the same person, and whether a portrait is good enough to say so.

Rule 1: the answer is a distance beside its threshold and model, never a bare yes.
Rule 2: no face, several faces, glare and blur are answers with a sentence, not failures.
Rule 3: a poor portrait asks for a retake; the threshold is never loosened for it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from filing.errors import FilingError, TooLarge, Unreadable
from filing.face_engines import Descriptor, Face, FaceEngine, Pixels, default_engine
from filing.images import MOST_PIXELS, open_upright

# Distances of dlib's ResNet. On the ORL faces (1,782 same, 77,221 different pairs): at 0.50 FAR 0.066 %,
# FRR 1.6 %; at 0.55 FAR 0.44 %, FRR 0; the library's own default, 0.60, lets in 2.2 %. No Chinese faces, no
# ageing, no chip portraits were measured: a court calibrates on its own data (settings of the reader).
ACCEPT_BELOW = 0.50
REVIEW_BELOW = 0.55

# Set on portraits blurred and overexposed by steps, where the distance to the sharp one begins to grow.
_SHARPEST_BLUR = 0.038
_MOST_GLARE = 0.05
_LEAST_CONTRAST = 10.0

_CARD_SIDE_PX = 1000  # a portrait on a card that fills the photo is then 180 to 260 px wide
_SECOND_SIDE_PX = 1600  # a card in the middle of a large photo
_SURE_SCORE = 0.7  # upright portraits score 0.8 to 2.0, wrong orientations at most 0.3


class NoFace(Unreadable):
    public = "We see no face on this photo. Please take it again, with the whole face and in good light."


class SeveralFaces(Unreadable):
    public = "We see more than one face on this photo. Please take it again, with one person only."


class PoorPortrait(Unreadable):
    public = "The portrait is blurred or has glare on it. Please take the photo again."


class Likeness(StrEnum):
    SAME = "same"
    REVIEW = "review"  # a person at the court looks
    DIFFERENT = "different"
    UNDECIDED = "undecided"  # there is nothing to compare; `reason` says why


@dataclass(frozen=True, slots=True)
class Thresholds:
    accept_below: float = ACCEPT_BELOW
    review_below: float = REVIEW_BELOW

    def judge(self, distance: float) -> Likeness:
        if distance < self.accept_below:
            return Likeness.SAME
        return Likeness.REVIEW if distance < self.review_below else Likeness.DIFFERENT


@dataclass(frozen=True, slots=True)
class Quality:
    """How a face looks at 110 pixels: `sharpness` is edges beside contrast, `glare` the share of burnt-out
    pixels, `contrast` the spread of grey levels.
    """

    sharpness: float
    glare: float
    contrast: float

    @property
    def poor(self) -> bool:
        return self.sharpness < _SHARPEST_BLUR or self.glare > _MOST_GLARE or self.contrast < _LEAST_CONTRAST


@dataclass(frozen=True, slots=True)
class Portrait:
    """The one face of a photo: `turned_deg` is how far clockwise the photo had to be turned to be upright."""

    face: Face
    descriptor: Descriptor
    quality: Quality
    turned_deg: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two photos compared. `distance` is None when one of them does not show exactly one face."""

    likeness: Likeness
    distance: float | None
    threshold: float
    faces: tuple[int, int]
    model: str
    reason: str | None = None

    @property
    def same(self) -> bool:
        return self.likeness is Likeness.SAME


@dataclass(frozen=True, slots=True)
class Seen:
    """What one photo gave: how many faces, and the portrait if it was one."""

    faces: int
    portrait: Portrait | None
    trouble: FilingError | None = None


def compare(
    a: bytes, b: bytes, thresholds: Thresholds | None = None, *, engine: FaceEngine | None = None
) -> Comparison:
    """Compare the persons on two photos, whichever way up they are. Raises Unreadable."""
    engine = engine or default_engine()
    return compare_seen(look(a, engine=engine), look(b, engine=engine), thresholds, model=engine.model)


def compare_seen(a: Seen, b: Seen, thresholds: Thresholds | None = None, *, model: str) -> Comparison:
    """The same for photos already looked at."""
    thresholds = thresholds or Thresholds()
    faces = (a.faces, b.faces)
    if a.portrait is None or b.portrait is None:
        trouble = a.trouble or b.trouble
        reason = trouble.public if trouble else None
        return Comparison(Likeness.UNDECIDED, None, thresholds.accept_below, faces, model, reason)
    apart = distance(a.portrait.descriptor, b.portrait.descriptor)
    return Comparison(thresholds.judge(apart), apart, thresholds.accept_below, faces, model)


def look(photo: bytes, *, engine: FaceEngine | None = None) -> Seen:
    """The faces of a photo. Raises Unreadable."""
    engine = engine or default_engine()
    upright = _upright(open_photo(photo), engine)
    if upright is None:
        return Seen(0, None, NoFace())
    pixels, faces, turned_deg = upright
    if len(faces) > 1:
        return Seen(len(faces), None, SeveralFaces())
    quality = _quality(pixels, faces[0])
    return Seen(1, Portrait(faces[0], engine.describe(pixels, faces[0]), quality, turned_deg))


def portrait_of(photo: bytes, *, engine: FaceEngine | None = None) -> Portrait:
    """The portrait on a photo of an ID card, or on a selfie.

    Raises NoFace, SeveralFaces, PoorPortrait or Unreadable; each asks for a retake in its own words.
    """
    seen = look(photo, engine=engine)
    if seen.portrait is None:
        raise seen.trouble or NoFace()
    if seen.portrait.quality.poor:
        raise PoorPortrait
    return seen.portrait


def distance(a: Descriptor, b: Descriptor) -> float:
    return float(np.linalg.norm(a - b))


def open_photo(photo: bytes) -> Pixels:
    """RGB pixels, upright as its EXIF says; PGM too, in which face databases come. Raises Unreadable."""
    if photo[:2] not in {b"P2", b"P5"}:
        return open_upright(photo)
    try:
        with Image.open(io.BytesIO(photo), formats=("PPM",)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable from error


def _quality(pixels: Pixels, face: Face) -> Quality:
    left, top = np.maximum(face.landmarks.min(axis=0), 0).astype(int)
    right, bottom = face.landmarks.max(axis=0).astype(int)
    inside = pixels[top : max(bottom, top + 8), left : max(right, left + 8)]
    grey = cv2.cvtColor(cv2.resize(inside, (110, 110), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    edges = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.2).astype(np.float32), cv2.CV_32F)
    contrast = float(grey.std())
    return Quality(float(np.abs(edges).mean()) / max(contrast, 1.0), float((grey >= 250).mean()), contrast)


def _upright(pixels: Pixels, engine: FaceEngine) -> tuple[Pixels, list[Face], int] | None:
    """The photo turned so that its best face stands upright, with its faces; None when it has none."""
    for side_px in (_CARD_SIDE_PX, _SECOND_SIDE_PX):
        best: tuple[Pixels, list[Face], int] | None = None
        for turned_deg, turned in _turns(_at_most(pixels, side_px * 2)):
            faces = engine.find(turned, side_px=_side_for(turned, side_px))
            if faces and (best is None or faces[0].score > best[1][0].score):
                best = turned, faces, turned_deg
            if best is not None and best[1][0].score >= _SURE_SCORE:
                break
        if best is not None:
            return best
    return None


def _turns(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    """Upright first, then upside down, then on either side, as people hold telephones."""
    for quarters in (0, 2, 1, 3):
        yield quarters * 90, np.ascontiguousarray(np.rot90(pixels, -quarters))


def _side_for(pixels: Pixels, side_px: int) -> int:
    """Small pictures are enlarged at most fourfold: beyond that there is only blur to look at."""
    return min(side_px, 4 * int(max(pixels.shape[:2])))


def _at_most(pixels: Pixels, side_px: int) -> Pixels:
    scale = side_px / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def warm_up() -> None:
    """Load the networks: 0.4 s that nobody then waits for."""
    default_engine().warm_up()
