"""Engines that find and recognise text, behind one protocol.

Rule 1: no engine reaches for the network; models lie in the installed package.
Rule 2: an engine uses one thread: the pool gives each process one core.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import onnxruntime
import pytesseract

from filing.images import Pixels
from filing.lines import CAPITALS, FIGURES, LOOKALIKES, Glyph, Shares
from filing.outlines import Found, outlined

_LEAST_FIGURES = 4  # in a line that is read once more as figures
_LINE_LEVEL = 4  # of tesseract's page, block, paragraph, line, word

Glyphs = tuple[Glyph, ...]


class OcrEngine(Protocol):
    """What reading a paper needs of an engine. Pictures are RGB uint8 (height, width, 3)."""

    @property
    def name(self) -> str: ...

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        """Where lines of text are, in any order; `coarse` finds more of what is blurred, in less time."""
        ...

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        """The characters of each strip, which holds one horizontal line."""
        ...


class RapidEngine:
    """PP-OCRv6 small, the models of rapidocr, run here: only the finding network's own map tells how a line
    bends, and only the distribution behind each character how sure it is and what else it may be.
    """

    name = "rapidocr"
    # 0.3 s where the library's own 736 at the short side takes 0.4 to 2.7 s, and finds the same; at 1440 the
    # network takes twice as long and overlooks half of what is blurred
    _FIND_SIDE, _COARSE_SIDE = 960, 640
    _STRIDE = 32  # the finding network wants multiples of it
    _LINE_HEIGHT = 48
    _LEAST_WIDTH = 160  # single characters are recognised worse in a narrower field

    def __init__(self) -> None:
        self._finder = _session("PP-OCRv6_det_small.onnx", keeps_memory=True)
        self._reader = _session("PP-OCRv6_rec_small.onnx")
        letters = self._reader.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]
        self._figures = [self._letters.index(figure) for figure in FIGURES]
        self._sums = [self._letters.index(figure) for figure in CAPITALS]
        self._taken_for = [
            (self._letters.index(letter), 1 + FIGURES.index(figure))
            for letter, figure in LOOKALIKES.items()
            if letter in self._letters and letter not in FIGURES
        ]

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:
        height, width = pixels.shape[:2]
        scale = (self._COARSE_SIDE if coarse else self._FIND_SIDE) / max(height, width)
        size = tuple(max(1, round(side * scale / self._STRIDE)) * self._STRIDE for side in (width, height))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = cv2.resize(pixels, size, interpolation=way)
        field = small[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32) / 127.5 - 1
        (likely,) = self._finder.run(None, {self._finder.get_inputs()[0].name: field})
        return outlined(likely[0, 0], (width / size[0], height / size[1]))

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        # one at a time: on one core a batch saves nothing, and its padding cost a quarter more
        name = self._reader.get_inputs()[0].name
        return [
            self._decode(self._reader.run(None, {name: self._field(strip)[None]})[0][0], strip)
            for strip in strips
        ]

    def _field(self, strip: Pixels) -> Any:
        """One strip as the network wants it: BGR, -1..1, 48 pixels high."""
        height, width = strip.shape[0], self._width(strip)
        way = cv2.INTER_AREA if height > self._LINE_HEIGHT else cv2.INTER_CUBIC
        scaled = cv2.resize(strip, (width, self._LINE_HEIGHT), interpolation=way)
        field = np.zeros((3, self._LINE_HEIGHT, max(width, self._LEAST_WIDTH)), np.float32)
        field[:, :, :width] = scaled[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
        return field

    def _width(self, strip: Pixels) -> int:
        return int(max(16, round(strip.shape[1] * self._LINE_HEIGHT / strip.shape[0])))

    def _decode(self, scores: Any, strip: Pixels) -> Glyphs:
        """Best path of the connectionist classifier: repeated letters merged, class 0 is the blank."""
        width = self._width(strip)
        stretch = max(width, self._LEAST_WIDTH) / width
        best = scores.argmax(axis=1)
        starts = [0, *(np.flatnonzero(best[1:] != best[:-1]) + 1), len(best)]
        runs = [(a, b) for a, b in pairwise(starts) if best[a] != 0]
        glyphs = []
        for start, end in runs:
            peak = start + int(scores[start:end, best[start]].argmax())
            glyphs.append(self._glyph(scores[peak], int(best[start]), (peak + 0.5) / len(best) * stretch))
        if sum(glyph.char.isdigit() for glyph in glyphs) < _LEAST_FIGURES:
            return tuple(glyphs)
        shares = self._shares(scores)
        borders = [0, *(start for start, _ in runs[1:]), len(best)]
        return tuple(
            replace(glyph, steps=shares[a:b]) for glyph, (a, b) in zip(glyphs, pairwise(borders), strict=True)
        )

    def _shares(self, scores: Any) -> Shares:
        """Each step's shares of no figure and of each; letters that a figure is taken for count as it."""
        shares = np.concatenate([scores[:, :1], scores[:, self._figures]], axis=1)
        for letter, column in self._taken_for:
            shares[:, column] += scores[:, letter]
        shares[:, 0] = np.maximum(0, 1 - shares[:, 1:].sum(axis=1))
        return np.asarray(shares, np.float32)

    def _glyph(self, scores: Any, letter: int, at: float) -> Glyph:
        leading = {*np.argpartition(scores, -6)[-6:], *self._sums}
        others = sorted(
            ((self._letters[i], float(scores[i])) for i in leading if i not in (0, letter)),
            key=lambda other: -other[1],
        )
        return Glyph(
            self._letters[letter],
            float(scores[letter]),
            min(at, 1.0),
            tuple(other for other in others if other[1] > 1e-4),
        )


class TesseractEngine:
    """Tesseract with chi_sim where it is installed: a second voice, far weaker on photos."""

    name = "tesseract"
    _LANGUAGE = "chi_sim"

    @classmethod
    def why_missing(cls) -> str | None:
        """The reason why this engine cannot be used here; None if it can."""
        try:
            languages = pytesseract.get_languages()
        except (pytesseract.TesseractNotFoundError, pytesseract.TesseractError, OSError):
            return "tesseract is not installed"
        return None if cls._LANGUAGE in languages else "tesseract has no chi_sim language file"

    def find(self, pixels: Pixels, *, coarse: bool = False) -> Found:  # noqa: ARG002
        table = self._table(pixels, "--psm 4")  # 3 drops the first of a few lines far apart
        keys = list(zip(table["block_num"], table["par_num"], table["line_num"], strict=True))
        said = {key for key, text in zip(keys, table["text"], strict=True) if text.strip()}
        quads = [
            _quad(*(table[side][i] for side in ("left", "top", "width", "height")))
            for i, level in enumerate(table["level"])
            if level == _LINE_LEVEL and keys[i] in said
        ]
        return Found.straight(np.asarray(quads, np.float32).reshape(-1, 4, 2))

    def recognise(self, strips: Sequence[Pixels]) -> list[Glyphs]:
        return [self._line(strip) for strip in strips]

    def _line(self, strip: Pixels) -> Glyphs:
        scale = 64 / strip.shape[0]  # its models want capitals of about 40 pixels
        framed = np.asarray(
            cv2.copyMakeBorder(
                cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC),
                16,
                16,
                16,
                16,
                cv2.BORDER_REPLICATE,
            ),
            np.uint8,
        )
        table = self._table(framed, "--psm 7")
        glyphs: list[Glyph] = []
        at = 0.0  # words may overlap; places may not go back
        for word, left, width, certain in zip(
            table["text"], table["left"], table["width"], table["conf"], strict=True
        ):
            for i, char in enumerate(word.strip()):
                at = max(at, (left + width * (i + 0.5) / len(word.strip())) / framed.shape[1])
                glyphs.append(Glyph(char, max(0.0, float(certain)) / 100, min(max(at, 0.0), 1.0)))
        return tuple(glyphs)

    def _table(self, pixels: Pixels, config: str) -> dict[str, list[Any]]:
        table: dict[str, list[Any]] = pytesseract.image_to_data(
            pixels,
            lang=self._LANGUAGE,
            config=f"{config} --oem 1",
            output_type=pytesseract.Output.DICT,
            timeout=30,
        )
        return table


def _quad(left: int, top: int, width: int, height: int) -> list[tuple[int, int]]:
    return [(left, top), (left + width, top), (left + width, top + height), (left, top + height)]


def _session(model: str, *, keeps_memory: bool = False) -> onnxruntime.InferenceSession:
    """`keeps_memory` between two pictures: 150 MB, where asking for it anew takes a fifth of the time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = keeps_memory
    return onnxruntime.InferenceSession(str(_model(model)), options, providers=["CPUExecutionProvider"])


def _model(name: str) -> Path:
    found = importlib.util.find_spec("rapidocr")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("rapidocr")
    return Path(found.submodule_search_locations[0], "models", name)
