"""What a person is asked to do before the camera: drawn at random, named once.

Rule 1: left and right are the person's own. Frames come as the camera sees, not mirrored, so a turn to one's
left moves the nose to the image's right; a page may mirror what it shows, never what it sends.
Rule 2: every challenge holds a turn of the head, which flat prints and edited stills cannot do, and a blink
or an open mouth, which a bent print cannot do; a third action makes 48 sequences.
Rule 3: before the actions the page shows four colours, none twice running, which the face reflects: 24
sequences. A capture made for another challenge fits both one time in 1,152.
"""

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import pairwise, product
from typing import Any, Final


class Action(StrEnum):
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    BLINK = "blink"
    OPEN_MOUTH = "open_mouth"


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


TURNS = (Action.TURN_LEFT, Action.TURN_RIGHT)
SOFT = (Action.BLINK, Action.OPEN_MOUTH)

SAY: dict[Action, str] = {  # messages
    Action.TURN_LEFT: "Slowly turn your head to your left, then look ahead again.",
    Action.TURN_RIGHT: "Slowly turn your head to your right, then look ahead again.",
    Action.NOD: "Slowly lower your head, then look ahead again.",
    Action.BLINK: "Close your eyes for a moment, then open them.",
    Action.OPEN_MOUTH: "Open your mouth wide, then close it.",
}
LOOK_AHEAD = "Look straight into the camera."  # messages

SEQUENCES: Final = tuple(
    colours for colours in product(Colour, repeat=4) if all(a != b for a, b in pairwise(colours))
)
_WHITE_MS = 500  # the first frames show the face in white light: they are compared with the card
_COLOUR_MS = 850  # three frames of the page; far from the three flashes a second of WCAG 2.3.1
_WINDOW_MS = 2400
_NEUTRAL_MS = (500, 1000)  # white again before the first action
_REST_MS = (400, 900)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One action and when it is shown, in milliseconds from the first frame."""

    action: Action
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Shine:
    """One colour of the screen and when it is shown, in milliseconds from the first frame."""

    colour: Colour
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What one person is asked once. `nonce` names it: the caller stores it and accepts it a single time.

    The face is at rest while the lights shine: that is the measure of all change.
    """

    nonce: str
    lights: tuple[Shine, ...]
    prompts: tuple[Prompt, ...]

    @property
    def length_ms(self) -> int:
        return self.prompts[-1].until_ms + 300


def new_challenge(rng: random.Random | None = None) -> Challenge:
    """Actions and colours in random order at random times. `rng` defaults to the system's."""
    rng = rng or secrets.SystemRandom()
    actions = [rng.choice(TURNS), rng.choice(SOFT)]
    actions.append(rng.choice([action for action in Action if action not in actions]))
    rng.shuffle(actions)
    return challenge_of(actions, rng)


def challenge_of(actions: Sequence[Action], rng: random.Random) -> Challenge:
    """These actions in this order; colours, times and nonce are drawn."""
    lights = _lights(rng.choice(SEQUENCES))
    prompts = _prompts(actions, lights[-1].until_ms, rng)
    return Challenge(f"{rng.getrandbits(128):032x}", lights, prompts)


def plain(challenge: Challenge) -> dict[str, Any]:
    """The challenge as JSON can hold it."""
    return asdict(challenge)


def from_plain(kept: Mapping[str, Any], nonce: str = "") -> Challenge:
    """The challenge that `plain` made; a page gives the nonce apart and adds words, which are ignored."""
    lights = tuple(Shine(Colour(s["colour"]), s["from_ms"], s["until_ms"]) for s in kept["lights"])
    prompts = tuple(Prompt(Action(p["action"]), p["from_ms"], p["until_ms"]) for p in kept["prompts"])
    return Challenge(nonce or kept["nonce"], lights, prompts)


def _lights(colours: Sequence[Colour]) -> tuple[Shine, ...]:
    starts = [_WHITE_MS + n * _COLOUR_MS for n in range(len(colours))]
    return tuple(Shine(one, start, start + _COLOUR_MS) for one, start in zip(colours, starts, strict=True))


def _prompts(actions: Sequence[Action], after_ms: int, rng: random.Random) -> tuple[Prompt, ...]:
    """The actions in this order, each at a random time."""
    prompts: list[Prompt] = []
    start = after_ms + rng.randint(*_NEUTRAL_MS)
    for action in actions:
        prompts.append(Prompt(action, start, start + _WINDOW_MS))
        start += _WINDOW_MS + rng.randint(*_REST_MS)
    return tuple(prompts)
