"""Presentation attack instruments, drawn: what is held before the camera instead of a face.

Each is given the victim as a puppet, the challenge and a generator of noise, and yields a picture for each
time of the challenge. Turns and nods are answered by turning the print, as an attacker would. A print gives
back the light of the screen as a face does, and the wall behind it less: the best that a cut-out can do. A
tablet shines by itself and reflects little.
"""

from collections.abc import Callable, Iterator
from math import cos, radians, sin

import cv2
import numpy as np

from filing.challenges import Action, Challenge
from filing.face_engines import Pixels, Points
from odr.demo.puppet import HEIGHT, SCREEN_SHARE, WIDTH, Pose, Puppet, lit_by, obeying, pose_at
from tests.support.faces import Frames, noisy, times

Attack = Callable[[Puppet, Challenge, np.random.Generator], Iterator[Pixels]]

_FOCUS_PX = 700.0  # a telephone's front camera
GLASS = 0.04  # of the light that falls on a tablet comes back from its glass
_PRINT_DEG = 55.0  # as far as a print still shows a face
_MIDDLE = np.array([WIDTH / 2, HEIGHT / 2])
_EASE = {Action.TURN_LEFT: (1.0, 0.0), Action.TURN_RIGHT: (-1.0, 0.0), Action.NOD: (0.0, 0.8)}


def still(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """A print on a stand."""
    for picture in _print(victim, challenge):
        yield noisy(picture, rng)


def jittered(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """A print in a shaking hand."""
    for picture in _print(victim, challenge):
        turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), rng.normal(0, 4), 1 + rng.normal(0, 0.03))
        shift = np.array([[0, 0, rng.normal(0, 8)], [0, 0, rng.normal(0, 8)]])
        yield noisy(_warped(picture, np.add(turn, shift)), rng)


def turned(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """A flat print, turned and tilted when a turn or a nod is asked."""
    for picture, (yaw, pitch) in zip(_print(victim, challenge), _turns(challenge), strict=True):
        yield noisy(_flat(picture, yaw, pitch), rng)


def edited(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """A tablet that shows the still with edited eyes and mouth, turned like a print."""
    beats = [beat for beat in obeying(challenge) if beat.action in {Action.BLINK, Action.OPEN_MOUTH}]
    light_at = lit_by(challenge, share=SCREEN_SHARE * GLASS)
    for number, (t_ms, (yaw, pitch)) in enumerate(zip(times(challenge), _turns(challenge), strict=True)):
        pose = pose_at(t_ms, beats)
        flat = victim.frame(Pose(blink=pose.blink, mouth=pose.mouth), number, light_at(t_ms))
        yield noisy(_flat(flat, yaw, pitch), rng)


def bent(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """A print bent like a sheet round a bottle, turned and tilted."""
    for picture, (yaw, pitch) in zip(_print(victim, challenge), _turns(challenge), strict=True):
        yield noisy(_round(picture, yaw, pitch), rng)


def two_faces(victim: Puppet, challenge: Challenge, rng: np.random.Generator) -> Iterator[Pixels]:
    """The victim's print held beside somebody: here the victim twice."""
    middle = slice(WIDTH // 4, WIDTH * 3 // 4)
    for number, (t_ms, picture) in enumerate(zip(times(challenge), _print(victim, challenge), strict=True)):
        person = victim.frame(pose_at(t_ms, obeying(challenge)), number, lit_by(challenge)(t_ms))
        pair = np.hstack([person[:, middle], picture[:, middle]])
        yield noisy(pair, rng)


def lent(print_: Frames, actor: Frames, challenge: Challenge) -> Frames:
    """A print that gives way to an actor while each deed is at its height, and is back before it ends."""
    deeds = [(beat.start_ms + beat.length_ms / 3, beat.length_ms / 3) for beat in obeying(challenge)]
    return [
        a if any(start <= a[1] <= start + length for start, length in deeds) else p
        for p, a in zip(print_, actor, strict=True)
    ]


def borrowed_light(capture: Frames, actor: Frames, challenge: Challenge) -> Frames:
    """A capture of another hour, and somebody's own face before the screen while it shows its colours."""
    first, last = challenge.lights[0].from_ms, challenge.lights[-1].until_ms
    return [a if first <= a[1] <= last else c for c, a in zip(capture, actor, strict=True)]


SPECIES: dict[str, Attack] = {
    "still print": still,
    "shaken print": jittered,
    "turned print": turned,
    "bent print": bent,
    "turned tablet, edited eyes and mouth": edited,
}


def _print(victim: Puppet, challenge: Challenge) -> Iterator[Pixels]:
    """The victim's print in the light of each time of the challenge."""
    drawn: dict[bytes, Pixels] = {}
    for t_ms in times(challenge):
        light = lit_by(challenge)(t_ms)
        if light.tobytes() not in drawn:
            drawn[light.tobytes()] = victim.frame(Pose(), light=light)
        yield drawn[light.tobytes()]


def _turns(challenge: Challenge) -> Iterator[tuple[float, float]]:
    """(yaw, pitch) of the print in degrees at each time."""
    beats = obeying(challenge)
    for t_ms in times(challenge):
        pose, rest = pose_at(t_ms, beats), pose_at(t_ms, ())
        yaw = sum(_EASE.get(b.action, (0.0, 0.0))[0] for b in beats if _during(b.start_ms, b.length_ms, t_ms))
        far = abs(pose.yaw_deg - rest.yaw_deg) + abs(pose.pitch_deg - rest.pitch_deg)
        share = min(1.0, far / 14)
        nod = any(b.action is Action.NOD and _during(b.start_ms, b.length_ms, t_ms) for b in beats)
        yield _PRINT_DEG * share * yaw + rest.yaw_deg, 45.0 * share * nod + rest.pitch_deg


def _during(start_ms: int, length_ms: int, t_ms: int) -> bool:
    return start_ms < t_ms < start_ms + length_ms


def _flat(picture: Pixels, yaw_deg: float, pitch_deg: float) -> Pixels:
    """A plane turned in space before a pinhole camera."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], dtype=np.float64) * (WIDTH / 2, HEIGHT / 2)
    seen = _projected(corners[:, 0], corners[:, 1], np.zeros(4), yaw_deg, pitch_deg)
    matrix = cv2.getPerspectiveTransform(
        (corners + _MIDDLE).astype(np.float32), np.stack(seen, axis=1).astype(np.float32)
    )
    return np.asarray(
        cv2.warpPerspective(picture, matrix, (WIDTH, HEIGHT), borderValue=(120, 110, 100)), dtype=np.uint8
    )


def _round(picture: Pixels, yaw_deg: float, pitch_deg: float, radius_px: float = 260.0) -> Pixels:
    """A sheet bent to part of a cylinder: drawn cell by cell, those in front last."""
    out = np.full_like(picture, 110)
    columns = np.linspace(-WIDTH / 2, WIDTH / 2, 21)
    angles = columns / radius_px
    x, z = radius_px * np.sin(angles), radius_px * (np.cos(angles) - 1)
    strips = []
    for left in range(20):
        xs, zs = x[[left, left + 1, left + 1, left]], z[[left, left + 1, left + 1, left]]
        ys = np.array([-HEIGHT / 2, -HEIGHT / 2, HEIGHT / 2, HEIGHT / 2])
        u, v = _projected(xs, ys, zs, yaw_deg, pitch_deg)
        strips.append((_depth(xs, ys, zs, yaw_deg, pitch_deg), left, np.stack([u, v], axis=1)))
    for _, left, target in sorted(strips, key=lambda strip: strip[0]):
        if target[1, 0] > target[0, 0]:  # the back of the sheet is not seen
            _paste(out, picture, columns[left : left + 2] + WIDTH / 2, target)
    return out


def _paste(out: Pixels, picture: Pixels, columns: Points, target: Points) -> None:
    left, right = columns
    source = np.array([(left, 0), (right, 0), (right, HEIGHT), (left, HEIGHT)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    mask = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    cv2.fillConvexPoly(mask, np.round(target).astype(np.int32), 255)
    warped = cv2.warpPerspective(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    out[mask > 0] = warped[mask > 0]


def _projected(x: Points, y: Points, z: Points, yaw_deg: float, pitch_deg: float) -> tuple[Points, Points]:
    yaw, pitch = radians(yaw_deg), radians(pitch_deg)
    x1, z1 = x * cos(yaw) + z * sin(yaw), z * cos(yaw) - x * sin(yaw)
    y2, z2 = y * cos(pitch) + z1 * sin(pitch), z1 * cos(pitch) - y * sin(pitch)
    near = _FOCUS_PX / (_FOCUS_PX - z2)
    return x1 * near + WIDTH / 2, y2 * near + HEIGHT / 2


def _depth(x: Points, y: Points, z: Points, yaw_deg: float, pitch_deg: float) -> float:
    yaw, pitch = radians(yaw_deg), radians(pitch_deg)
    z1 = z * cos(yaw) - x * sin(yaw)
    return float((z1 * cos(pitch) - y * sin(pitch)).mean())


def _warped(picture: Pixels, matrix: Points) -> Pixels:
    return np.asarray(
        cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8
    )
