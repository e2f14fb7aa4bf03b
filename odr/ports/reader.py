"""Reading papers and knowing faces: slow work of `filing`, done elsewhere.

Rule 1: what is sent and what comes back are values of `filing`; photos are bytes as they were uploaded.
Rule 2: a bad photo ends in filing.errors.FilingError, whose `public` or `message` is for the person;
a full house ends in odr.errors.Unavailable.
"""

from collections.abc import Sequence
from typing import Protocol

from filing.challenges import Challenge
from filing.faces import Comparison, Thresholds
from filing.lines import Box, Reading
from filing.liveness import Verdict
from filing.uploads import Examined


class LivenessJudge(Protocol):
    """Whether a living person, the one on the card, stood before the camera.

    The built-in judge is filing.liveness: a challenge, not certified presentation attack detection. A court
    that needs more puts a certified engine here; page, tries and record stay as they are. The judge sees
    frames, challenge and card, is told nothing more, and keeps nothing.
    """

    async def judge_liveness(
        self,
        frames: Sequence[tuple[bytes, int]],
        challenge: Challenge,
        card_photo: bytes,
        seen: frozenset[str] = frozenset(),
        thresholds: Thresholds | None = None,
    ) -> Verdict:
        """Whether the person on the card did what the challenge asked.

        `frames` are JPEG with their milliseconds since the challenge began, `seen` the digests of frames
        that were sent before.
        """
        ...


class IdentityReader(LivenessJudge, Protocol):
    """The machine that looks at photos, and at the frames of the camera."""

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        """What a paper says; `kind` is a filing.lines.Kind or "auto"."""
        ...

    async def compare_faces(self, a: bytes, b: bytes, thresholds: Thresholds | None = None) -> Comparison:
        """Whether two photos show the same person, whichever way up they are."""
        ...

    async def crop(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        """The part of the photo that a field was read from, upright, as PNG."""
        ...

    async def marked(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        """The whole photo as JPEG with a frame round that part."""
        ...


class PaperReader(Protocol):
    """The machine that opens the files that strangers send."""

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        """What a paper says; `kind` is a filing.lines.Kind or "auto"."""
        ...

    async def examine(self, file: bytes) -> Examined:
        """Whether it may be kept, what it is, and the copy that people are shown."""
        ...

    async def crop(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        """The part of the photo that a field was read from, upright, as PNG."""
        ...

    async def marked(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        """The whole photo as JPEG with a frame round that part."""
        ...

    async def page(self, file: bytes, number: int, *, dpi: int) -> bytes:
        """One page of a PDF that a stranger sent, from 0, as PNG."""
        ...
