"""What a face does, measured on its landmarks: where the nose points, how far eyes and mouth are open."""

from dataclasses import dataclass

import numpy as np

from filing.face_engines import Points


@dataclass(frozen=True, slots=True)
class Features:
    """`nose` is the tip's place between the ends of the jaw, 0 at the image's left, 1 at its right;
    `lowered` its place between eyes (0) and chin (1); `eyes` the eye aspect ratio (Soukupova and Cech 2016);
    `mouth` the opening of the lips in distances between the eyes.
    """

    nose: float
    lowered: float
    eyes: float
    mouth: float


def features(points: Points) -> Features:
    """From the 68 landmarks, (68, 2)."""
    eyes = points[36:48].mean(axis=0)
    apart = float(np.linalg.norm(points[36:42].mean(axis=0) - points[42:48].mean(axis=0)))
    return Features(
        nose=_along(points[30], points[0], points[16]),
        lowered=_along(points[30], eyes, points[8]),
        eyes=(_aspect(points[36:42]) + _aspect(points[42:48])) / 2,
        mouth=float(np.linalg.norm(points[62] - points[66])) / max(apart, 1.0),
    )


def _along(point: Points, start: Points, end: Points) -> float:
    """Where `point` lies along the way from start to end, whatever the roll of the head."""
    way = end - start
    return float((point - start) @ way / max(float(way @ way), 1.0))


def _aspect(eye: Points) -> float:
    tall = np.linalg.norm(eye[1] - eye[5]) + np.linalg.norm(eye[2] - eye[4])
    return float(tall / max(2 * float(np.linalg.norm(eye[0] - eye[3])), 1.0))
