"""Whether a living person before the camera did what was asked, when it was asked: the liveness challenge.

Not certified presentation attack detection: docs/decisions/liveness.md says what it stops and what not.

Rule 1: the server decides, from the frames alone; the page only guides.
Rule 2: flat or solid is asked of the nose between the ends of the jaw, never of a solved pose, which a print
turned before the camera fools in 93 % of cases.
Rule 3: eyes and mouth are judged against the same face at rest, never by an absolute value.
Rule 4: the colours that the page showed must be seen on the face, or the capture is of another hour.
Rule 5: a deed counts where the frames that prove it show the person of the card, and of each second one frame
drawn by lot must show that person too: nobody lends a print his movements, or a film his light.
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise

import cv2
import numpy as np

from filing.challenges import Action, Challenge, Prompt
from filing.errors import Unreadable
from filing.face_engines import Descriptor, Face, FaceEngine, Pixels, default_engine
from filing.faces import (
    ACCEPT_BELOW,
    Likeness,
    Portrait,
    Thresholds,
    distance,
    open_photo,
    portrait_of,
    warm_up,
)
from filing.lights import Glow, Seen, glow, tint
from filing.motion import Features, features

__all__ = [
    "NEEDED",
    "Limits",
    "Measured",
    "Reason",
    "Verdict",
    "judge",
    "judge_beside_card",
    "warm_up",
    "way",
]  # warm_up: the pool of readers looks for it beside the functions it calls

_FRAME_SIDE_PX = 640
_FIND_SIDE_PX = 480  # faces from 107 px on in a frame of 640: a telephone at arm's length shows 200
_MOST_FRAMES = 80
_SETTLE_MS = 250  # a person reads before moving: frames this late still show the face at rest
_LOT_MS = 1000  # of each such time one frame that looks ahead is compared, drawn by lot
_AHEAD = 0.6  # of the way that counts as a turn or a nod: descriptors of a face turned less far do not drift


class Reason(StrEnum):
    """Why a try was refused; `words` is the message id for the person."""

    TOO_FEW = "too_few"
    TIMES = "times"
    UNREADABLE = "unreadable"
    NO_FACE = "no_face"
    SEVERAL = "several"
    STILL = "still"
    SEEN_BEFORE = "seen_before"
    JUMP = "jump"
    NOT_ONE_PERSON = "not_one_person"
    NOT_ON_CARD = "not_on_card"
    NEARLY_ON_CARD = "nearly_on_card"
    NOT_AHEAD = "not_ahead"
    OTHER_LIGHT = "other_light"
    WEAK_LIGHT = "weak_light"
    NOT_TURNED_LEFT = "not_turned_left"
    NOT_TURNED_RIGHT = "not_turned_right"
    NOT_NODDED = "not_nodded"
    NOT_BLINKED = "not_blinked"
    NOT_OPENED = "not_opened"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: dict[Reason, str] = {  # messages
    Reason.TOO_FEW: "There were too few pictures. Please keep this page open and try again.",
    Reason.TIMES: "The pictures do not follow one another as they should. Please try again.",
    Reason.UNREADABLE: "Some pictures could not be opened. Please try again.",
    Reason.NO_FACE: "Your face was not always in the picture. Please hold the phone still at eye level.",
    Reason.SEVERAL: "There was more than one face in the picture. Please be alone before the camera.",
    Reason.STILL: "The picture did not move. Please use the camera, not a photo.",
    Reason.SEEN_BEFORE: "These pictures were sent before. Please use the camera now.",
    Reason.JUMP: "The face jumped from one picture to the next. Please keep your face in the frame.",
    Reason.NOT_ONE_PERSON: "The pictures do not show the same person throughout. Please try again alone.",
    Reason.NOT_ON_CARD: "The face does not match the photo on the ID card. Please try again in good light.",
    Reason.NEARLY_ON_CARD: "The face is like the photo on the ID card, but not clearly. Our staff will look.",
    Reason.NOT_AHEAD: "Please look straight into the camera until you are asked to move.",
    Reason.OTHER_LIGHT: "The colours on your face are not those that this page showed. Please try again.",
    Reason.WEAK_LIGHT: "We did not see the colours of the screen on your face: it is too bright around you. "
    "Turn away from window and lamp, make the screen bright, come closer, and try again.",
    Reason.NOT_TURNED_LEFT: "We did not see your head turn to your left. Please turn a little further.",
    Reason.NOT_TURNED_RIGHT: "We did not see your head turn to your right. Please turn a little further.",
    Reason.NOT_NODDED: "We did not see you lower your head. Please do it a little further.",
    Reason.NOT_BLINKED: "We did not see you close your eyes. Please keep them closed for a moment.",
    Reason.NOT_OPENED: "We did not see you open your mouth. Please open it wider.",
}

_NOT_DONE: dict[Action, Reason] = {
    Action.TURN_LEFT: Reason.NOT_TURNED_LEFT,
    Action.TURN_RIGHT: Reason.NOT_TURNED_RIGHT,
    Action.NOD: Reason.NOT_NODDED,
    Action.BLINK: Reason.NOT_BLINKED,
    Action.OPEN_MOUTH: Reason.NOT_OPENED,
}

_OF_THE_LIGHT: dict[Seen, Reason] = {Seen.WRONG: Reason.OTHER_LIGHT, Seen.TOO_WEAK: Reason.WEAK_LIGHT}

# Of the pictures, not of the person: nobody was judged, and no try is lost.
_OF_THE_PICTURES = frozenset({Reason.TOO_FEW, Reason.TIMES, Reason.UNREADABLE, Reason.WEAK_LIGHT})

# How far an action has gone, from the face at rest and the face now.
_WAY: dict[Action, Callable[[Features, Features], float]] = {
    Action.TURN_LEFT: lambda rest, now: now.nose - rest.nose,
    Action.TURN_RIGHT: lambda rest, now: rest.nose - now.nose,
    Action.NOD: lambda rest, now: now.lowered - rest.lowered,
    Action.BLINK: lambda rest, now: 1 - now.eyes / max(rest.eyes, 0.01),
    Action.OPEN_MOUTH: lambda rest, now: now.mouth - rest.mouth,
}

# The nose's way between the jaw ends, as part of their distance: flat prints turned by up to 50 degrees never
# reached 0.20 (0 of 315), flat and bent ones never 0.25 (0 of 471). The others: bench/liveness.py.
NEEDED: dict[Action, float] = {
    Action.TURN_LEFT: 0.25,
    Action.TURN_RIGHT: 0.25,
    Action.NOD: 0.09,
    Action.BLINK: 0.28,
    Action.OPEN_MOUTH: 0.20,
}


def way(action: Action, rest: Features, now: Features) -> float:
    """How far an action has gone; NEEDED says how far it must."""
    return _WAY[action](rest, now)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the lines are drawn. `jump` is in eye-to-chin lengths between neighbours, `still` the mean change
    in grey levels of a thumbnail, `one_person` a distance of descriptors that spans a half turn of the head.
    """

    fewest_frames: int = 14
    longest_gap_ms: int = 900
    share_with_face: float = 0.85
    jump: float = 0.80
    growth: float = 1.5
    still: float = 0.35
    repeated: float = 0.34
    one_person: float = 0.60
    thresholds: Thresholds = field(default_factory=Thresholds)


@dataclass(frozen=True, slots=True)
class Measured:
    """How far one prompted action went in at least two frames, and how far it had to go."""

    action: Action
    reached: float
    needed: float

    @property
    def done(self) -> bool:
        return self.reached >= self.needed


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the frames show. `distance` and `likeness` are those to the card, None when they were not reached;
    `digests` are the frames' SHA-256: the caller keeps them so that the same frames are not taken twice.
    """

    reasons: tuple[Reason, ...]
    actions: tuple[Measured, ...] = ()
    distance: float | None = None
    threshold: float = ACCEPT_BELOW
    likeness: Likeness | None = None
    glow: Glow | None = None
    frames: int = 0
    model: str = ""
    digests: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.reasons

    @property
    def near(self) -> bool:
        """Only the likeness to the card is in doubt: a person at the court looks."""
        return self.reasons == (Reason.NEARLY_ON_CARD,)

    @property
    def undecided(self) -> bool:
        """The pictures were too few, broken or too bright to tell anything about the person."""
        return bool(self.reasons) and _OF_THE_PICTURES.issuperset(self.reasons)

    @property
    def score(self) -> float:
        """The smallest share of its way that an action went: 1 is just enough."""
        return min((max(0.0, one.reached / one.needed) for one in self.actions), default=0.0)


@dataclass(frozen=True, slots=True)
class _Shot:
    """One frame with what was seen on it; `face` is the best of `faces`, None when there is none."""

    t_ms: int
    pixels: Pixels
    faces: int
    face: Face | None
    features: Features | None


def judge(
    frames: Sequence[tuple[bytes, int]],
    challenge: Challenge,
    card: Portrait,
    *,
    seen: frozenset[str] = frozenset(),
    limits: Limits | None = None,
    engine: FaceEngine | None = None,
) -> Verdict:
    """Judge JPEG frames, each with its milliseconds since the challenge began, against challenge and card.

    `seen` are digests of frames that were sent before. Costs about 35 ms a frame and 75 or 150 ms for each of
    the 20 to 25 frames whose person is compared.
    """
    engine, limits = engine or default_engine(), limits or Limits()
    digests = tuple(hashlib.sha256(jpeg).hexdigest() for jpeg, _ in frames)
    if seen & set(digests):
        verdict = Verdict((Reason.SEEN_BEFORE,))
    else:
        verdict = _judged(frames, challenge, card, limits, engine)
    return replace(
        verdict,
        frames=len(frames),
        threshold=limits.thresholds.accept_below,
        model=engine.model,
        digests=digests,
    )


def judge_beside_card(
    frames: Sequence[tuple[bytes, int]],
    challenge: Challenge,
    card_photo: bytes,
    seen: frozenset[str] = frozenset(),
    thresholds: Thresholds | None = None,
) -> Verdict:
    """`judge` with the photo of the ID card. Raises NoFace, SeveralFaces or Unreadable about that photo."""
    card = portrait_of(card_photo)
    return judge(frames, challenge, card, seen=seen, limits=Limits(thresholds=thresholds or Thresholds()))


def _judged(
    frames: Sequence[tuple[bytes, int]],
    challenge: Challenge,
    card: Portrait,
    limits: Limits,
    engine: FaceEngine,
) -> Verdict:
    """Cheap questions first: a refusal spares the dearer ones."""
    if wrong := _of_the_times([t_ms for _, t_ms in frames], challenge, limits):
        return Verdict((wrong,))
    try:
        pictures = [(_frame(jpeg), t_ms) for jpeg, t_ms in frames]
    except Unreadable:
        return Verdict((Reason.UNREADABLE,))
    repeated = 1 - len({jpeg for jpeg, _ in frames}) / len(frames)
    if repeated > limits.repeated or _stands_still([pixels for pixels, _ in pictures], limits):
        return Verdict((Reason.STILL,))
    shots = [_shot(pixels, t_ms, engine) for pixels, t_ms in pictures]
    if wrong := _of_the_faces(shots, limits):
        return Verdict((wrong,))
    return _of_the_deeds(shots, challenge, card, limits, engine)


def _of_the_times(times: Sequence[int], challenge: Challenge, limits: Limits) -> Reason | None:
    if len(times) < limits.fewest_frames:
        return Reason.TOO_FEW
    gaps = [later - earlier for earlier, later in pairwise(times)]
    covered = times[0] <= limits.longest_gap_ms and times[-1] >= challenge.prompts[-1].until_ms
    ordered = min(gaps) > 0 and max(gaps) <= limits.longest_gap_ms
    return None if covered and ordered and len(times) <= _MOST_FRAMES else Reason.TIMES


def _frame(jpeg: bytes) -> Pixels:
    pixels = open_photo(jpeg)
    scale = _FRAME_SIDE_PX / max(pixels.shape[:2])
    if scale < 1:
        pixels = np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    return pixels


def _stands_still(pictures: Sequence[Pixels], limits: Limits) -> bool:
    """Judged on thumbnails, in which the noise of a camera averages out."""
    small = [cv2.resize(one, (64, 48), interpolation=cv2.INTER_AREA).astype(np.float32) for one in pictures]
    return all(float(np.abs(b - a).mean()) < limits.still for a, b in pairwise(small))


def _shot(pixels: Pixels, t_ms: int, engine: FaceEngine) -> _Shot:
    faces = engine.find(pixels, side_px=_FIND_SIDE_PX)
    best = faces[0] if faces else None
    return _Shot(t_ms, pixels, len(faces), best, features(best.landmarks) if best else None)


def _of_the_faces(shots: Sequence[_Shot], limits: Limits) -> Reason | None:
    if sum(shot.faces > 1 for shot in shots) > 1:  # one frame may be a slip of the detector
        return Reason.SEVERAL
    if sum(shot.face is not None for shot in shots) < limits.share_with_face * len(shots):
        return Reason.NO_FACE
    faces = [shot.face for shot in shots if shot.face]
    return Reason.JUMP if any(_jumps(a, b, limits) for a, b in pairwise(faces)) else None


def _jumps(a: Face, b: Face, limits: Limits) -> bool:
    tall = [float(np.linalg.norm(one.landmarks[36:48].mean(axis=0) - one.landmarks[8])) for one in (a, b)]
    way = float(np.linalg.norm(a.landmarks.mean(axis=0) - b.landmarks.mean(axis=0)))
    return way > limits.jump * max(tall) or max(tall) > limits.growth * min(tall)


def _of_the_deeds(
    shots: Sequence[_Shot], challenge: Challenge, card: Portrait, limits: Limits, engine: FaceEngine
) -> Verdict:
    before = challenge.prompts[0].from_ms + _SETTLE_MS
    at_rest = [shot for shot in shots if shot.t_ms <= before and shot.face]
    rest = _rest([shot.features for shot in at_rest if shot.features])
    if rest is None:
        return Verdict((Reason.NOT_AHEAD,))
    measured = tuple(_measured(shots, prompt, rest) for prompt in challenge.prompts)
    shone = _glow(shots, challenge)
    wrong = [_NOT_DONE[one.action] for one in measured if not one.done]
    if shone.seen is not Seen.RIGHT:
        wrong.append(_OF_THE_LIGHT[shone.seen])
    if wrong:
        return Verdict(tuple(wrong), measured, glow=shone)
    others = [(shot, True) for shot in _deeds(shots, challenge, rest)]
    others += [(shot, False) for shot in _by_lot(shots, rest)]
    same = _of_the_person(at_rest, others, card, limits, engine)
    return replace(same, actions=measured, glow=shone)


def _glow(shots: Sequence[_Shot], challenge: Challenge) -> Glow:
    """The light on the face while it was at rest."""
    until = challenge.prompts[0].from_ms
    lit = [(shot.t_ms, tint(shot.pixels, shot.face)) for shot in shots if shot.face and shot.t_ms <= until]
    return glow([t_ms for t_ms, _ in lit], [one for _, one in lit], challenge.lights)


def _rest(seen: Sequence[Features]) -> Features | None:
    """The median face before the first action; None when it was too short or did not look ahead."""
    if len(seen) < 3:
        return None
    rest = Features(*(float(np.median(column)) for column in zip(*map(_numbers, seen), strict=True)))
    return rest if 0.3 <= rest.nose <= 0.7 else None


def _numbers(one: Features) -> tuple[float, float, float, float]:
    return one.nose, one.lowered, one.eyes, one.mouth


def _within(shots: Sequence[_Shot], prompt: Prompt) -> list[_Shot]:
    return [shot for shot in shots if prompt.from_ms <= shot.t_ms <= prompt.until_ms + _SETTLE_MS]


def _measured(shots: Sequence[_Shot], prompt: Prompt, rest: Features) -> Measured:
    """The second-best frame counts: one frame may be a slip of the landmarks."""
    ways = [way(prompt.action, rest, shot.features) for shot in _within(shots, prompt) if shot.features]
    reached = sorted(ways)[-2] if len(ways) > 1 else 0.0
    return Measured(prompt.action, round(reached, 3), NEEDED[prompt.action])


def _deeds(shots: Sequence[_Shot], challenge: Challenge, rest: Features) -> list[_Shot]:
    """The two frames of each action that prove it with the least movement: there descriptors drift least."""
    chosen: list[_Shot] = []
    for prompt in challenge.prompts:
        ways = [(way(prompt.action, rest, s.features), s) for s in _within(shots, prompt) if s.features]
        done = [one for one in ways if one[0] >= NEEDED[prompt.action]]
        chosen += [shot for _, shot in sorted(done, key=lambda one: one[0])[:2]]
    return chosen


def _by_lot(shots: Sequence[_Shot], rest: Features) -> list[_Shot]:
    """Of each second a frame that looks ahead. The lot lies in the pixels: no one knows it while he acts."""
    rows = b"".join(shot.pixels[::16].tobytes() for shot in shots)
    lot = random.Random(hashlib.sha256(rows).digest())  # noqa: S311 - the digest is the secret
    seconds: dict[int, list[_Shot]] = {}
    for shot in shots:
        if shot.features and _ahead(rest, shot.features):
            seconds.setdefault(shot.t_ms // _LOT_MS, []).append(shot)
    return [lot.choice(one) for one in seconds.values()]


def _ahead(rest: Features, now: Features) -> bool:
    return all(
        abs(way(action, rest, now)) < _AHEAD * NEEDED[action] for action in (Action.TURN_LEFT, Action.NOD)
    )


def _of_the_person(
    at_rest: Sequence[_Shot],
    others: Sequence[tuple[_Shot, bool]],
    card: Portrait,
    limits: Limits,
    engine: FaceEngine,
) -> Verdict:
    """`others`: further frames to compare, each with whether its mirror image is looked at, too."""
    looking = [_described(shot, engine) for shot in (at_rest[0], at_rest[-1])]
    face = np.asarray(np.mean(looking, axis=0))
    apart = distance(face, card.descriptor)
    likeness = limits.thresholds.judge(apart)
    reasons: tuple[Reason, ...] = ()
    if likeness is not Likeness.SAME:
        reasons = (Reason.NEARLY_ON_CARD if likeness is Likeness.REVIEW else Reason.NOT_ON_CARD,)
    if likeness is not Likeness.DIFFERENT:  # the dearest question last
        seen = (*looking, *(_described(shot, engine, mirrored=mirrored) for shot, mirrored in others))
        if any(distance(face, other) >= limits.one_person for other in seen):
            reasons = (Reason.NOT_ONE_PERSON,)
    return Verdict(reasons, distance=round(apart, 4), likeness=likeness)


def _described(shot: _Shot, engine: FaceEngine, *, mirrored: bool = True) -> Descriptor:
    assert shot.face is not None  # noqa: S101 - only shots with a face are chosen
    return engine.describe(shot.pixels, shot.face, mirrored=mirrored)
