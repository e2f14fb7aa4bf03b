"""A moving face made of one still portrait, for the demonstration's people and the browser journeys.

The head is a rounded surface with a nose, turned in space, so that the nose really moves between the ends of
the jaw; eyelids and lips are warped; the light of a screen falls on the face, and less on the wall behind it.
The puppet passes the liveness challenge by doing what it asks, through the camera like anybody: it is a
presentation attack by animation, which the challenge is known not to stop.

Rule 1: the same portrait, pose, light and frame number give the same pixels.
Rule 2: frames are as a camera sees the person, not mirrored: turning to one's own left moves the nose right.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from filing.challenges import Action, Challenge, Colour
from filing.face_engines import Pixels, Points, default_engine
from filing.faces import NoFace

WIDTH, HEIGHT = 640, 480

_FACE_PX = 210  # jaw to jaw in the frame: a telephone at arm's length
_TURN_DEG = 31.0
_NOD_DEG = 17.0
_NOISE = 1.6  # grey levels of sensor noise
_STEPS = 6  # fixed-point steps of the inverse rotation; the residue is below 0.3 px

# What a camera's red, green and blue take in of the three colours of a screen, a column each.
_CROSSTALK = np.array([[0.85, 0.10, 0.02], [0.13, 0.78, 0.15], [0.02, 0.12, 0.83]])
_ON_THE_WALL = 0.15  # of the light on the face: the wall is two and a half times as far from the screen
_GAMMA = 1 / 2.2
SCREEN_SHARE = 0.10  # of the light in the room: 20 lux of a telephone at arm's length in 200 lux
_SCREEN_LAG_MS = 90

Grid = np.ndarray[Any, np.dtype[np.float32]]
Light = np.ndarray[Any, np.dtype[np.float64]]  # red, green, blue as shares of the light in the room
DARK: Light = np.zeros(3)


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees (`yaw_deg` > 0: to the person's own left; `pitch_deg` > 0: down), the rest 0 to 1
    except `shift_px`, which moves the whole head, (right, down)."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0
    shift_px: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Beat:
    """One action, from `start_ms` for `length_ms`, out and back."""

    action: Action
    start_ms: int
    length_ms: int = 1600


_AT_FULL: dict[Action, Callable[[Pose, float], Pose]] = {
    Action.TURN_LEFT: lambda pose, much: replace(pose, yaw_deg=pose.yaw_deg + _TURN_DEG * much),
    Action.TURN_RIGHT: lambda pose, much: replace(pose, yaw_deg=pose.yaw_deg - _TURN_DEG * much),
    Action.NOD: lambda pose, much: replace(pose, pitch_deg=pose.pitch_deg + _NOD_DEG * much),
    Action.BLINK: lambda pose, much: replace(pose, blink=much),
    Action.OPEN_MOUTH: lambda pose, much: replace(pose, mouth=much),
}


def obeying(challenge: Challenge, *, delay_ms: int = 350) -> tuple[Beat, ...]:
    """What somebody does who reads the challenge and needs `delay_ms` for it."""
    return tuple(
        Beat(prompt.action, prompt.from_ms + delay_ms, prompt.until_ms - prompt.from_ms - delay_ms)
        for prompt in challenge.prompts
    )


def lit_by(
    challenge: Challenge, *, share: float = SCREEN_SHARE, lag_ms: float = _SCREEN_LAG_MS
) -> Callable[[float], Light]:
    """The light that a screen showing the challenge throws on the face, by milliseconds."""

    def light_at(t_ms: float) -> Light:
        for one in challenge.lights:
            if one.from_ms <= t_ms - lag_ms < one.until_ms:
                return colour_light(one.colour, share)
        return DARK

    return light_at


def colour_light(colour: Colour, share: float = SCREEN_SHARE) -> Light:
    """What a camera takes in of a screen in this colour, as a share of the light in the room."""
    return np.asarray(_CROSSTALK[:, list(Colour).index(colour)] * share)


def pose_at(t_ms: float, beats: Sequence[Beat]) -> Pose:
    """The pose at a moment: a slight sway, as of anybody who holds a telephone, and the beats."""
    pose = Pose(
        yaw_deg=1.5 * sin(t_ms / 900),
        pitch_deg=1.0 * sin(t_ms / 1300),
        shift_px=(3 * sin(t_ms / 1100), 2 * sin(t_ms / 700)),
    )
    for beat in beats:
        pose = _AT_FULL[beat.action](pose, _swell((t_ms - beat.start_ms) / beat.length_ms))
    return pose


def _swell(done: float) -> float:
    """From 0 up to 1, held there for the middle third, and back, without a jerk."""
    if not 0 < done < 1:
        return 0.0
    return (1 - cos(pi * min(1.0, 3 * min(done, 1 - done)))) / 2


# The photos of the sample faces (tools/faces.py) that make good selfies, with those for the ID card: each
# passes all five actions, and no two of these people are ever taken for one (tests/odr/demo/test_puppet.py).
CAST: dict[str, tuple[int, int]] = {
    "s3": (9, 1),
    "s4": (7, 1),
    "s5": (8, 1),
    "s6": (1, 2),
    "s7": (3, 1),
    "s8": (2, 1),
    "s9": (2, 1),
    "s10": (8, 1),
}


class Puppet:
    """One person's portrait, ready to move. Raises NoFace if the portrait shows none."""

    def __init__(self, portrait: Pixels) -> None:
        self._still, self._points = _framed(portrait)
        x, y = np.meshgrid(np.arange(WIDTH, dtype=np.float32), np.arange(HEIGHT, dtype=np.float32))
        self._x, self._y = x, y
        self._relief = _relief(x, y, self._points)
        self._grain = _grain()

    def frame(self, pose: Pose, number: int = 0, light: Light = DARK) -> Pixels:
        """RGB uint8 (480, 640, 3). `number` seeds the sensor noise, so that no two frames are alike."""
        x: Grid = self._x - np.float32(pose.shift_px[0])
        y: Grid = self._y - np.float32(pose.shift_px[1])
        x, y = self._unturned(x, y, pose)
        y, lashes = self._lids_up(x, y, pose.blink)
        y, dark = self._lips_together(x, y, pose.mouth)
        seen = cv2.remap(self._still, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        lit = seen.astype(np.float32) * (1 - 0.85 * dark - 0.8 * lashes)[..., None]
        if light.any():
            lit *= self._shone_on(x, y, light)
        grain = np.roll(self._grain, (number * 7919) % self._grain.size)  # a prime: each number its own grain
        return np.asarray(np.clip(lit + grain, 0, 255), dtype=np.uint8)

    def frames(
        self,
        beats: Sequence[Beat],
        *,
        seconds: float,
        fps: float,
        light_at: Callable[[float], Light] = lambda _: DARK,
    ) -> Iterator[tuple[int, Pixels]]:
        """Frames with their times in milliseconds."""
        for number in range(round(seconds * fps)):
            t_ms = round(number * 1000 / fps)
            yield t_ms, self.frame(pose_at(t_ms, beats), number, light_at(t_ms))

    def _shone_on(self, x: Grid, y: Grid, light: Light) -> Grid:
        """By how much each channel of each pixel gains, in grey levels of a screen, not of light."""
        head = cv2.remap(self._relief, x, y, cv2.INTER_LINEAR)[..., 1:]
        near = _ON_THE_WALL + (1 - _ON_THE_WALL) * head
        return np.asarray((1 + near * light.astype(np.float32)) ** _GAMMA, dtype=np.float32)

    def _unturned(self, x: Grid, y: Grid, pose: Pose) -> tuple[Grid, Grid]:
        """Where each pixel of the turned head lies on the still one: x' = x cos + z sin, solved for x."""
        yaw, pitch = radians(pose.yaw_deg), radians(pose.pitch_deg)
        if abs(yaw) + abs(pitch) < radians(0.2):
            return x, y
        cx, cy = float(self._points[[0, 16], 0].mean()), float(self._points[27:31, 1].mean())
        sx, sy = x.copy(), y.copy()
        for _ in range(_STEPS):
            relief = cv2.remap(self._relief, sx, sy, cv2.INTER_LINEAR)
            z, head = relief[..., 0], relief[..., 1]
            tx = cx + (x - cx - z * sin(yaw)) / cos(yaw)
            ty = cy + (y - cy - z * sin(pitch)) / cos(pitch)
            sx = np.asarray(x + head * (tx - x), dtype=np.float32)
            sy = np.asarray(y + head * (ty - y), dtype=np.float32)
        return sx, sy

    def _lids_up(self, x: Grid, y: Grid, much: float) -> tuple[Grid, Grid]:
        """Undo a blink: the skin between brow and lid is drawn down over the eye, lashes at its edge."""
        lashes = np.zeros_like(x)
        if much <= 0:
            return y, lashes
        for eye, brow in (
            (self._points[36:42], self._points[17:22]),
            (self._points[42:48], self._points[22:27]),
        ):
            y, line = _eyelid(x, y, eye, brow, much)
            lashes = np.maximum(lashes, line)
        return y, lashes

    def _lips_together(self, x: Grid, y: Grid, much: float) -> tuple[Grid, Grid]:
        """Undo an open mouth: all below the lips moves up again; `dark` is 1 inside the mouth."""
        if much <= 0:
            return y, np.zeros_like(x)
        lips, chin = self._points[60:68], self._points[8]
        middle, half = lips[:, 0].mean(), (self._points[54, 0] - self._points[48, 0]) / 2
        line = np.float32(lips[[1, 2, 3, 5, 6, 7], 1].mean())
        across = np.clip(1 - ((x - middle) / (1.05 * half)) ** 2, 0, 1).astype(np.float32)
        gap = np.float32(0.9 * half * much) * np.sqrt(across)
        below = np.clip((y - line) / np.maximum(gap, 1e-3), 0, 1)
        # The jaw goes down as one piece and the throat takes up the rest.
        reach = np.float32(1.6 * (chin[1] - line))
        wide = np.clip(1.6 - np.abs(x - middle) / (1.5 * half), 0, 1)
        shift = np.float32(0.9 * half * much) * np.clip(1 - (y - line - reach) / reach, 0, 1) * wide
        moved = np.where(y > line, np.maximum(y - np.minimum(shift, y - line), line), y)
        dark = cv2.GaussianBlur(((below > 0) & (below < 1) & (gap > 1)).astype(np.float32), (0, 0), 1.5)
        return moved.astype(np.float32), dark.astype(np.float32)


def all_in_turn(*, rest_ms: int = 900, length_ms: int = 1600) -> tuple[Beat, ...]:
    """Every action once, a rest between them: 12.5 s."""
    pace = rest_ms + length_ms
    return tuple(Beat(action, rest_ms + n * pace, length_ms) for n, action in enumerate(Action))


def write_camera_file(path: Path, portrait: Pixels, *, seconds: float = 12.5, fps: int = 10) -> None:
    """A raw video (Y4M, 4:2:0) of somebody who does every action in turn, for a browser's fake camera.

    A loop answers no challenge in time, except by luck: whoever wants to pass shows the camera the frames of
    `obeying(challenge)` instead, as tests/support/camera.py does.
    """
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{fps}:1 Ip A1:1 C420jpeg\n".encode()
    with path.open("wb") as file:
        file.write(head)
        for _, frame in Puppet(portrait).frames(all_in_turn(), seconds=seconds, fps=fps):
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_RGB2YUV_I420).tobytes())


def _framed(portrait: Pixels) -> tuple[Pixels, Points]:
    """The portrait enlarged into a camera frame, its face in the middle, and the landmarks there."""
    engine = default_engine()
    side_px = 4 * max(portrait.shape[:2])
    faces = engine.find(portrait, side_px=min(side_px, 1000))
    if not faces:
        raise NoFace
    points = faces[0].landmarks
    scale = _FACE_PX / (points[16, 0] - points[0, 0])
    middle = (points[[0, 16]].mean(axis=0) + points[8]) / 2
    matrix = np.array([[scale, 0, WIDTH / 2 - scale * middle[0]], [0, scale, HEIGHT / 2 - scale * middle[1]]])
    framed = _seated(portrait, matrix)
    found = engine.find(framed, side_px=WIDTH)
    if not found:
        raise NoFace
    return framed, found[0].landmarks


def _seated(portrait: Pixels, matrix: Points) -> Pixels:
    """The portrait before a plain wall, above a coat, its edges softened."""
    wall = np.full((HEIGHT, WIDTH, 3), (168, 172, 176), dtype=np.uint8)
    coat = (WIDTH // 2, round(HEIGHT * 1.02)), (round(WIDTH * 0.36), round(HEIGHT * 0.4))
    cv2.ellipse(wall, *coat, 0, 0, 360, (62, 68, 80), -1, cv2.LINE_AA)
    near = cv2.warpAffine(portrait, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
    cover = np.zeros(portrait.shape[:2], dtype=np.float32)
    edge = max(1, portrait.shape[1] // 14)
    cover[:-edge, edge:-edge] = 1
    cover = cv2.GaussianBlur(cover, (0, 0), edge / 2)
    alpha = cv2.warpAffine(cover, matrix, (WIDTH, HEIGHT))[..., None]
    return np.asarray(wall * (1 - alpha) + near * alpha).astype(np.uint8)


def _grain() -> Grid:
    noise = np.random.default_rng(1).normal(0, _NOISE, (HEIGHT, WIDTH, 1))
    return np.asarray(noise, dtype=np.float32)


def _relief(x: Grid, y: Grid, points: Points) -> Grid:
    """Two layers: depth towards the camera in pixels, 0 at the ends of the jaw, and the head's place: 1 or 0.

    Proportions of a grown head: the tip of the nose lies about 0.55 jaw widths before the ends of the jaw.
    """
    width = points[16, 0] - points[0, 0]
    cx, eyes_y, chin_y = points[[0, 16], 0].mean(), points[36:48, 1].mean(), points[8, 1]
    cy, tall = (eyes_y + chin_y) / 2 - 0.12 * (chin_y - eyes_y), chin_y - eyes_y
    reach = np.sqrt(((x - cx) / (0.60 * width)) ** 2 + ((y - cy) / (1.3 * tall)) ** 2)
    # Slopes stay below 1 / tan(turn): a steeper relief would fold over itself when turned.
    skull = 0.45 * width * (1 + np.cos(np.pi * np.clip(reach, 0, 1))) / 2
    tip, root = points[30], points[27]
    along = np.clip((y - root[1]) / (tip[1] - root[1]), 0, None)
    rise = np.where(along < 1, along**1.3, np.exp(-(((y - tip[1]) / (0.09 * width)) ** 2)))
    nose = 0.12 * width * rise * np.exp(-(((x - tip[0]) / (0.11 * width)) ** 2))
    head = np.clip((1.35 - reach) / 0.25, 0, 1)
    depth = cv2.GaussianBlur((skull + nose).astype(np.float32), (0, 0), 0.02 * width)
    place = cv2.GaussianBlur(head.astype(np.float32), (0, 0), 0.03 * width)
    return np.asarray(np.dstack([depth, place]), dtype=np.float32)


def _eyelid(x: Grid, y: Grid, eye: Points, brow: Points, much: float) -> tuple[Grid, Grid]:
    upper, lower, top = eye[[1, 2], 1].mean() - 3, eye[[4, 5], 1].mean() - 2, brow[:, 1].mean() + 2
    middle, half = eye[:, 0].mean(), (eye[3, 0] - eye[0, 0]) * 0.66
    across = np.clip(1 - ((x - middle) / half) ** 4, 0, 1)
    edge = upper + (lower - upper) * much * across  # where the edge of the lid comes to lie
    skin = top + (y - top) * (upper - top) / np.maximum(edge - top, 1)
    eyeball = upper + (y - edge) * (lower - upper) / np.maximum(lower - edge, 1)
    inside = (y > top) & (y < lower) & (across > 0)
    lashes = much * across * np.exp(-(((y - edge) / 2.0) ** 2))
    moved = np.where(inside, np.where(y < edge, skin, eyeball), y)
    return moved.astype(np.float32), lashes.astype(np.float32)
