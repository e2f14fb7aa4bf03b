"""The fictional citizens' photos for tests, the puppets made of them, and who suits which part."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
import pytest
from PIL import Image

from filing.challenges import Challenge
from filing.face_engines import Pixels
from filing.faces import Portrait, open_photo, portrait_of
from odr.demo.puppet import Beat, Light, Puppet, lit_by, obeying
from tools.faces import photos

Frames = list[tuple[bytes, int]]

PHOTOS = photos()
needs_faces = pytest.mark.skipif(
    not PHOTOS, reason="the sample faces are not here; `python -m tools.faces` fetches them"
)

FPS = 4.0


def photo(subject: str, number: int) -> bytes:
    return PHOTOS[subject][number - 1].read_bytes()


@cache
def portrait(subject: str, number: int) -> Portrait:
    return portrait_of(photo(subject, number))


@cache
def puppet(subject: str, number: int) -> Puppet:
    return Puppet(open_photo(photo(subject, number)))


def jpeg(pixels: Pixels, quality: int = 80) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def performed(
    actor: Puppet,
    challenge: Challenge,
    beats: Sequence[Beat] | None = None,
    light_at: Callable[[float], Light] | None = None,
) -> Frames:
    """The frames of somebody who does what the challenge says, or `beats`, or stands in another light."""
    done = obeying(challenge) if beats is None else beats
    moving = actor.frames(done, seconds=seconds(challenge), fps=FPS, light_at=light_at or lit_by(challenge))
    return [(jpeg(one), t_ms) for t_ms, one in moving]


def shown(pictures: Iterator[Pixels], challenge: Challenge) -> Frames:
    """Pictures at the times of the challenge."""
    return [(jpeg(one), t_ms) for t_ms, one in zip(times(challenge), pictures, strict=False)]


def times(challenge: Challenge) -> list[int]:
    return [round(n * 1000 / FPS) for n in range(round(seconds(challenge) * FPS))]


def seconds(challenge: Challenge) -> float:
    return challenge.length_ms / 1000 + 0.3


def noisy(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A camera never sees the same picture twice."""
    grain = rng.normal(0, 1.6, (*pixels.shape[:2], 1)).astype(np.float32)
    return np.asarray(np.clip(pixels + grain, 0, 255), dtype=np.uint8)
