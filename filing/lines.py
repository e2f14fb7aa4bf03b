"""What was read on a paper: characters, lines, fields.

Rule 1: pure values; nothing here knows a picture, an engine or a kind of paper.
Rule 2: a confidence says how often such a value is right; from SURE upwards a person need not look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]  # clockwise from the top left of the text, in pixels of the photo
Value = str | int | float
Shares = npt.NDArray[np.float32]  # (steps, 1 + len(FIGURES)), of 0..1

FIGURES = "0123456789ABCDEFGHJKLMNPQRTUWXY年月日"  # what numbers, codes and dates are written in
CAPITALS = "壹贰叁肆伍陆柒捌玖拾佰仟整"  # what sums are written in; always among what a character may be

SURE = 0.95
DOUBTFUL = 0.94  # the most that a value may have which rests on a guess

LOOKALIKES = {  # letters that a code cannot hold, and digits that a number may be taken for
    "O": "0",
    "o": "0",
    "I": "1",
    "l": "1",
    "|": "1",
    "Z": "2",
    "z": "2",
    "S": "5",
    "B": "8",
    "x": "X",
    "×": "X",
    "V": "Y",
}


class Kind(StrEnum):
    """The papers we read."""

    ID_FRONT = "id_front"  # 居民身份证人像面
    ID_BACK = "id_back"  # 居民身份证国徽面
    LICENCE = "licence"  # 营业执照
    COMPLAINT = "complaint"  # 民事起诉状
    POA = "poa"  # 授权委托书
    IOU = "iou"  # 借条
    CHAT = "chat"  # 聊天记录截图
    TRANSFER = "transfer"  # 转账记录


@dataclass(frozen=True, slots=True)
class Place:
    """An upright rectangle in pixels of the straightened page."""

    left: float
    top: float
    right: float
    bottom: float
    page: int = 0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    def beside(self, other: "Place") -> bool:
        """Do both stand in one row?"""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return self.page == other.page and shared > 0.5 * min(self.height, other.height)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A recognised character: its probability, its place along the line (0..1), and what else it may be.

    `steps`, beside figures only: from this character to the next, step by step of the line, the shares of no
    figure and of each of FIGURES.
    """

    char: str
    probability: float
    at: float
    others: tuple[tuple[str, float], ...] = ()
    steps: Shares | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: `box` in the photo, `place` on the straightened page.

    `lean` is its slope against most lines of the page, positive where it falls to the right.
    """

    glyphs: tuple[Glyph, ...]
    box: Box
    place: Place
    lean: float = 0.0

    @property
    def text(self) -> str:
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def confidence(self) -> float:
        return sum(g.probability for g in self.glyphs) / len(self.glyphs) if self.glyphs else 0.0

    def part(self, start: int, end: int) -> "Line":
        """Some of its characters as a line of their own; the cuts are halfway to the neighbours."""
        kept = self.glyphs[start:end]
        left = (self.glyphs[start - 1].at + kept[0].at) / 2 if start else 0.0
        right = (kept[-1].at + self.glyphs[end].at) / 2 if end < len(self.glyphs) else 1.0
        across = max(right - left, 1e-6)
        glyphs = tuple(replace(glyph, at=(glyph.at - left) / across) for glyph in kept)
        one, two, three, four = self.box
        box = (_way(one, two, left), _way(one, two, right), _way(four, three, right), _way(four, three, left))
        begin, width = self.place.left, self.place.width
        place = replace(self.place, left=begin + left * width, right=begin + right * width)
        return Line(glyphs, box, place, self.lean)

    @classmethod
    def printed(cls, text: str, place: Place) -> "Line":
        """A line that nobody had to recognise: a PDF's text layer."""
        glyphs = tuple(Glyph(char, 1.0, (i + 0.5) / len(text)) for i, char in enumerate(text))
        left, top, right, bottom = place.left, place.top, place.right, place.bottom
        return cls(glyphs, ((left, top), (right, top), (right, bottom), (left, bottom)), place)


def _way(a: Point, b: Point, share: float) -> Point:
    return round(a[0] + share * (b[0] - a[0]), 1), round(a[1] + share * (b[1] - a[1]), 1)


@dataclass(frozen=True, slots=True)
class Field:
    """A value as it was read; `box` is None when it was concluded from another field; pages count from 0.

    `rivals` are what other places of the same paper say instead: the person chooses.
    """

    value: Value
    confidence: float
    box: Box | None
    page: int = 0
    rivals: tuple["Field", ...] = ()

    def at_most(self, confidence: float) -> "Field":
        return replace(self, confidence=min(self.confidence, confidence))

    def at_least(self, confidence: float) -> "Field":
        return replace(self, confidence=max(self.confidence, confidence))

    def against(self, *others: "Field") -> "Field":
        """Doubtful, because other places of the paper say something else."""
        seen = (*self.rivals, *(other for other in others if other.value != self.value))
        return replace(self.at_most(DOUBTFUL), rivals=seen)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a paper says. `warnings` are English message ids for the person who confirms it.

    `beside` is the other side of an identity card, where one sheet shows both.
    """

    kind: Kind
    fields: Mapping[str, Field]
    warnings: tuple[str, ...] = ()
    beside: "Reading | None" = None

    def as_json(self) -> dict[str, object]:
        """kind, fields (value, confidence, box each) and warnings."""
        fields = {
            name: {"value": field.value, "confidence": field.confidence, "box": field.box}
            for name, field in self.fields.items()
        }
        return {"kind": self.kind.value, "fields": fields, "warnings": list(self.warnings)}
