"""The acts of a walk through caucuses, made of its seed alone."""

from random import Random
from typing import Final

from tests.support.caucus import GUESTS, HELPER, INTERPRETER, NAMES, OBSERVER, WITNESS

STEPS: Final = 6
MOVES: Final = (
    "caucus A",
    "caucus A",
    "caucus B",
    "caucus B",
    "joint",
    "back",
    "back",
    "admit wang",
    "dismiss yang",
    *(f"admit {WITNESS}",) * 3,
    f"dismiss {WITNESS}",
    f"dismiss {OBSERVER}",
    f"dismiss {HELPER}",
)
TALK: Final = (
    "say wang",
    "say yang",
    "say mo",
    "note mo",
    "show wang",
    "show yang",
    "opine wang",
    "opine yang",
    f"say {WITNESS}",
    f"say {OBSERVER}",
    f"say {HELPER}",
    f"say {INTERPRETER}",
)
ASKING: Final = (
    *(f"ask {side}" for side in "AABB"),
    *(f"{act} {who}" for act in ("accept", "accept", "refuse") for who in ("wang", "yang", HELPER)),
    "withdraw",
    *("along yes", "along yes", "along no"),
)
COMING: Final = tuple(f"{act} {who}" for act in ("come", "go", "vanish") for who in (*NAMES, *NAMES, *GUESTS))
RARE: Final = (
    "admit yang",
    "dismiss wang",
    "disclose wang",
    "disclose yang",
    "unplug wang",
    "unplug mo",
    "restart",
    "crash",
    "record",
    "record",
    "record",
    "late",
    "late",
)


# The last act of a walk; what all may read then was a secret until it.
LAST: Final = tuple(f"release {who}" for who in (*NAMES, HELPER, INTERPRETER))
CRASHING: Final = 0.3  # of the walks: to come back takes long


def planned(seed: int, steps: int = STEPS) -> list[str]:
    """The acts of a walk; "one | other" are of the same moment, and in "one | crash" the process dies."""
    rng = Random(seed)
    kinds = ("move", "talk", "come", "ask", "rare", "race", "race", *("crash",) * (rng.random() < CRASHING))
    acts = [f"caucus {rng.choice('AB')}"]
    for _ in range(steps - 1):
        kind = rng.choice(kinds)
        move, talk, coming = rng.choice(MOVES), rng.choice(TALK), rng.choice(COMING)
        ask = rng.choice(ASKING)
        other = rng.choice((talk, talk, coming, ask, rng.choice(MOVES)))
        fatal = rng.choice((move, move, ask, talk, coming, f"caucus {rng.choice('AB')}"))
        acts.append(
            {
                "move": move,
                "talk": talk,
                "come": coming,
                "ask": ask,
                "rare": rng.choice(RARE),
                "crash": f"{fatal} | crash",
            }.get(kind, f"{move} | {other}")
        )
    return [*acts, rng.choice(LAST)]
