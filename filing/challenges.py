"""What a person is asked to do before the camera: drawn at random, named once.

Rule 1: left and right are the person's own. Frames come as the camera sees, not mirrored, so a turn to one's
left moves the nose to the image's right; a page may mirror what it shows, never what it sends.
Rule 2: every challenge holds a turn of the head, which flat prints and edited stills cannot do, and a blink
or an open mouth, which a bent print cannot do; a third action makes 48 sequences, so that a capture made for
another challenge seldom fits.
"""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    TURN_LEFT = "turn_left"
    TURN_RIGHT = "turn_right"
    NOD = "nod"
    BLINK = "blink"
    OPEN_MOUTH = "open_mouth"


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

_WINDOW_MS = 2400
_NEUTRAL_MS = (1000, 1600)  # before the first action: the face at rest is the measure of all change
_REST_MS = (400, 900)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One action and when it is shown, in milliseconds from the first frame."""

    action: Action
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Challenge:
    """What one person is asked once. `nonce` names it: the caller stores it and accepts it a single time."""

    nonce: str
    prompts: tuple[Prompt, ...]

    @property
    def length_ms(self) -> int:
        return self.prompts[-1].until_ms + 300


def new_challenge(rng: random.Random | None = None) -> Challenge:
    """Actions in random order at random times. `rng` defaults to the system's."""
    rng = rng or secrets.SystemRandom()
    actions = [rng.choice(TURNS), rng.choice(SOFT)]
    actions.append(rng.choice([action for action in Action if action not in actions]))
    rng.shuffle(actions)
    return Challenge(f"{rng.getrandbits(128):032x}", timed(actions, rng))


def timed(actions: Sequence[Action], rng: random.Random) -> tuple[Prompt, ...]:
    """The actions in this order, each at a random time."""
    prompts: list[Prompt] = []
    start = rng.randint(*_NEUTRAL_MS)
    for action in actions:
        prompts.append(Prompt(action, start, start + _WINDOW_MS))
        start += _WINDOW_MS + rng.randint(*_REST_MS)
    return tuple(prompts)
