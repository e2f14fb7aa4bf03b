"""The engines that find faces, their landmarks and their descriptors in pixels.

Rule 1: one engine a process; the networks load once, at the first use.
Rule 2: every engine passes the same contract test.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol

import cv2
import dlib
import numpy as np

Pixels = np.ndarray[Any, np.dtype[np.uint8]]  # RGB, (height, width, 3)
Points = np.ndarray[Any, np.dtype[np.float64]]
Descriptor = np.ndarray[Any, np.dtype[np.float64]]  # 128 numbers; likeness is the Euclidean distance

SMALLEST_FACE_PX = 80  # what dlib's detector can see
_CHIP_PX = 150  # what the descriptor network looks at
_PADDING = 0.25
_LONE_SCORE = 0.0  # a single detection is taken from here on: dlib's own default
_EXTRA_SCORE = 0.3  # patterns of a card reach 0.29, true second faces start at 0.5


@dataclass(frozen=True, slots=True)
class Face:
    """One face: `box` is left, top, right, bottom in pixels; `landmarks` are the 68 points of iBUG 300-W,
    (68, 2), x and y in pixels, 0 to 16 the jaw from the image's left to its right; `score` is the detector's.
    """

    box: tuple[int, int, int, int]
    landmarks: Points
    score: float

    @property
    def width(self) -> int:
        return self.box[2] - self.box[0]


class FaceEngine(Protocol):
    """What knows faces. `model` names networks and version, for the record of a comparison."""

    @property
    def model(self) -> str: ...

    def find(self, pixels: Pixels, *, side_px: int) -> list[Face]:
        """The upright faces, best first, looked for with the picture's longer side at `side_px`."""
        ...

    def describe(self, pixels: Pixels, face: Face, *, mirrored: bool = True) -> Descriptor:
        """The descriptor of one face; two photos of a person are less than about 0.5 apart.

        `mirrored`: the face and its mirror image, steadier in side light; it may cost twice the time.
        """
        ...


class DlibFaces:
    """dlib's detector, 68-point predictor and ResNet: the networks that `face_recognition` uses.

    Davis King, dlib 19.24 models, public domain (descriptor, detector); the 68-point predictor is trained on
    iBUG 300-W, which excludes commercial use: a court that objects puts another engine behind the protocol.
    """

    model = "dlib-resnet-v1/68-points/face-recognition-models-0.3.0"

    def find(self, pixels: Pixels, *, side_px: int) -> list[Face]:
        scale = side_px / max(pixels.shape[:2])
        boxes, scores, _ = self._detector.run(_resized(pixels, scale), 0, _LONE_SCORE)
        found = [
            self._face(pixels, box, score, scale)
            for box, score in zip(boxes, scores, strict=True)
            if score >= _EXTRA_SCORE or score == max(scores)
        ]
        return sorted(found, key=lambda face: -face.score)

    def describe(self, pixels: Pixels, face: Face, *, mirrored: bool = True) -> Descriptor:
        points = dlib.points([dlib.point(round(x), round(y)) for x, y in face.landmarks])
        shape = dlib.full_object_detection(dlib.rectangle(*face.box), points)
        chip = dlib.get_face_chip(pixels, shape, size=_CHIP_PX, padding=_PADDING)
        chips = [chip, np.ascontiguousarray(chip[:, ::-1])] if mirrored else [chip]
        seen = self._network.compute_face_descriptor(chips)
        return np.asarray(np.mean([np.asarray(one) for one in seen], axis=0))

    def warm_up(self) -> None:
        _ = self._detector, self._predictor, self._network

    def _face(self, pixels: Pixels, box: Any, score: float, scale: float) -> Face:
        edges = (box.left(), box.top(), box.right(), box.bottom())
        left, top, right, bottom = (round(edge / scale) for edge in edges)
        shape = self._predictor(pixels, dlib.rectangle(left, top, right, bottom))
        points = np.array([(p.x, p.y) for p in shape.parts()], dtype=np.float64)
        return Face((left, top, right, bottom), points, float(score))

    @cached_property
    def _detector(self) -> Any:
        return dlib.get_frontal_face_detector()

    @cached_property
    def _predictor(self) -> Any:
        return dlib.shape_predictor(_model("shape_predictor_68_face_landmarks.dat"))

    @cached_property
    def _network(self) -> Any:
        return dlib.face_recognition_model_v1(_model("dlib_face_recognition_resnet_model_v1.dat"))


class FaceRecognitionFaces:
    """The original `face_recognition` library, where somebody has installed it (extra `face_recognition`)."""

    model = "face_recognition"

    def __init__(self) -> None:
        self._library = importlib.import_module("face_recognition")

    def find(self, pixels: Pixels, *, side_px: int) -> list[Face]:
        scale = side_px / max(pixels.shape[:2])
        small = self._library.face_locations(_resized(pixels, scale))
        places = [tuple(round(edge / scale) for edge in place) for place in small]
        shapes = self._library.face_landmarks(pixels, face_locations=places)
        return [
            Face((left, top, right, bottom), _in_order(shape), 1.0)  # the library keeps its score to itself
            for (top, right, bottom, left), shape in zip(places, shapes, strict=True)
        ]

    def describe(self, pixels: Pixels, face: Face, *, mirrored: bool = True) -> Descriptor:  # noqa: ARG002 - it has no such pass
        left, top, right, bottom = face.box
        (seen,) = self._library.face_encodings(pixels, [(top, right, bottom, left)], model="large")
        return np.asarray(seen, dtype=np.float64)


@cache
def default_engine() -> DlibFaces:
    return DlibFaces()


def has_face_recognition() -> bool:
    return importlib.util.find_spec("face_recognition") is not None


def _model(name: str) -> str:
    """Path of a network. The package that carries them is never imported: it asks for `pkg_resources`."""
    spec = importlib.util.find_spec("face_recognition_models")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise ModuleNotFoundError("face-recognition-models is not installed")
    return str(Path(next(iter(places))) / "models" / name)


def _resized(pixels: Pixels, scale: float) -> Pixels:
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=how), dtype=np.uint8)


def _in_order(shape: dict[str, Sequence[tuple[int, int]]]) -> Points:
    """The 68 points from the library's named parts, which repeat the corners of the mouth."""
    top, bottom = shape["top_lip"], shape["bottom_lip"]
    parts = ("chin", "left_eyebrow", "right_eyebrow", "nose_bridge", "nose_tip", "left_eye", "right_eye")
    points = [point for part in parts for point in shape[part]]
    outer = [*top[:7], *bottom[1:6]]
    inner = [*top[7:][::-1], *bottom[8:11][::-1]]
    return np.array([*points, *outer, *inner], dtype=np.float64)
