"""How often the liveness challenge takes an attack for a person (APCER) and a person for an attack (BPCER).

    python -m bench.liveness [--rounds N] [--people N] [--seed N] [--only NAME ...]

Words of ISO/IEC 30107-3; instruments are drawn (tests/support/attacks.py), persons are puppets: figures of a
test bench, not of a certified laboratory. A video made for this very challenge and fed into the camera path
is not a presentation attack: it is reported apart. Plain baseline in the same run: any change between frames,
and a face that matches the card on the first frame.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import click
import cv2
import numpy as np

from bench.intervals import at_most
from filing.challenges import TURNS, Action, Challenge, challenge_of, new_challenge
from filing.faces import ACCEPT_BELOW, Portrait, distance, look, open_photo
from filing.liveness import judge
from odr.demo.puppet import CAST, SCREEN_SHARE, Beat, Light, Puppet, lit_by, obeying
from tests.support.attacks import GLASS, SPECIES, borrowed_light, lent, two_faces
from tests.support.faces import PHOTOS, Frames, performed, portrait, puppet, shown

Make = Callable[[str, str, Challenge, np.random.Generator], Frames]


@dataclass(slots=True)
class Row:
    tries: int = 0
    passed: int = 0
    plain: int = 0
    cpu_s: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


def _actor(subject: str) -> Puppet:
    return puppet(subject, CAST[subject][0])


def _card(subject: str) -> Portrait:
    return portrait(subject, CAST[subject][1])


def _instrument(name: str) -> Make:
    def make(victim: str, _other: str, asked: Challenge, rng: np.random.Generator) -> Frames:
        return shown({**SPECIES, "two faces": two_faces}[name](_actor(victim), asked, rng), asked)

    return make


def _impostor(_victim: str, other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
    return performed(_actor(other), asked)


def _take_over(victim: str, other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
    own, print_ = performed(_actor(other), asked), performed(_actor(victim), asked, beats=())
    return [p if p[1] <= asked.prompts[0].from_ms + 300 else o for p, o in zip(print_, own, strict=True)]


def _lent(victim: str, other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
    return lent(performed(_actor(victim), asked, beats=()), performed(_actor(other), asked), asked)


def _borrowed_light(victim: str, other: str, asked: Challenge, rng: np.random.Generator) -> Frames:
    in_the_light = performed(_actor(other), asked, beats=())
    return borrowed_light(_lucky_replay(victim, other, asked, rng), in_the_light, asked)


def _replay(victim: str, _other: str, asked: Challenge, rng: np.random.Generator) -> Frames:
    """A true capture of the victim for a challenge drawn at another time."""
    earlier = new_challenge(random.Random(int(rng.integers(1 << 30))))
    return performed(_actor(victim), asked, obeying(earlier), _replayed(earlier, asked))


def _loop(victim: str, _other: str, asked: Challenge, rng: np.random.Generator) -> Frames:
    """A video of every action in turn, begun anywhere."""
    start, beats = int(rng.integers(0, 12_000)), []
    for lap in range(3):
        for n, action in enumerate(Action):
            beats.append(Beat(action, lap * 12_500 + n * 2500 + 900 - start, 1600))
    return performed(_actor(victim), asked, beats, lit_by(asked, share=SCREEN_SHARE * GLASS))


def _lucky_replay(victim: str, _other: str, asked: Challenge, rng: np.random.Generator) -> Frames:
    """The rare capture in which the same actions were asked at the same times: only the light differs."""
    earlier = new_challenge(random.Random(int(rng.integers(1 << 30))))
    return performed(_actor(victim), asked, light_at=_replayed(earlier, asked))


def _animated(victim: str, _other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
    """The victim's portrait moved and coloured in real time, fed in by a virtual camera."""
    return performed(_actor(victim), asked)


def _replayed(earlier: Challenge, asked: Challenge) -> Callable[[float], Light]:
    """The light in the capture, and what the glass of the tablet reflects of today's."""
    then, now = lit_by(earlier), lit_by(asked, share=SCREEN_SHARE * GLASS)
    return lambda t_ms: np.asarray(then(t_ms) + now(t_ms))


def _live(victim: str, _other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
    return performed(_actor(victim), asked)


ATTACKS: dict[str, Make] = {
    **{name: _instrument(name) for name in (*SPECIES, "two faces")},
    "another person": _impostor,
    "actor takes over from a print": _take_over,
    "actor lends a print the height of each deed": _lent,
    "capture of the same actions, another's face in the light": _borrowed_light,
    "capture for another challenge": _replay,
    "looped video of all actions": _loop,
    "capture of the same actions, other light": _lucky_replay,
}
INJECTIONS: dict[str, Make] = {"face animated for this challenge": _animated}
LIVE = "does what is asked"
SHARES = (0.02, 0.04, 0.06, 0.10, 0.30, 1.0)  # of the light on the face that comes from the screen


@click.command()
@click.option("--rounds", default=2, show_default=True, help="Challenges a person and species.")
@click.option("--people", default=4, show_default=True, help=f"Of the cast of {len(CAST)}.")
@click.option("--seed", default=0, show_default=True, help="Further rounds, to be added up.")
@click.option("--only", multiple=True, help="A row by its name; more than once for several.")
def main(rounds: int, people: int, seed: int, only: tuple[str, ...]) -> None:
    """Print the tables."""
    if not PHOTOS:
        raise click.ClickException("the sample faces are not here: python -m tools.faces")
    cast = list(CAST)[-people:]
    tables = (("species", "APCER", ATTACKS), ("injected", "passed", INJECTIONS))
    for heading, share, makes in tables:
        chosen = {name: make for name, make in makes.items() if not only or name in only}
        if chosen:
            _head(heading, share)
        for name, make in chosen.items():
            _print(name, _run(make, cast, rounds, seed))
    if not only or LIVE in only:
        _head("persons (puppets)", "BPCER")
        _print(LIVE, _run(_live, cast, rounds, seed), persons=True)
    if not only or "light" in only:
        _head("persons, by the screen's share of the light", "BPCER")
        for light in SHARES:
            _print(f"{100 * light:.0f} %", _run(_in_light(light), cast, rounds, seed), persons=True)
    if not only:
        _head("bent print against a turn alone: why it is never asked alone", "APCER")
        _print("bent print", _run(_instrument("bent print"), cast, rounds, seed, turn_alone=True))


def _in_light(share: float) -> Make:
    def make(victim: str, _other: str, asked: Challenge, _rng: np.random.Generator) -> Frames:
        return performed(_actor(victim), asked, light_at=lit_by(asked, share=share))

    return make


def _run(make: Make, cast: list[str], rounds: int, seed: int, *, turn_alone: bool = False) -> Row:
    row = Row()
    for n in range(seed, seed + rounds):
        for m, victim in enumerate(cast):
            rng = random.Random(100 * n + m)
            asked = new_challenge(rng)
            if turn_alone:
                asked = challenge_of([rng.choice(TURNS)], rng)
            other = cast[(m + 1) % len(cast)]
            frames = make(victim, other, asked, np.random.default_rng(100 * n + m))
            _count(row, frames, asked, _card(victim))
    return row


def _count(row: Row, frames: Frames, asked: Challenge, card: Portrait) -> None:
    begun = time.process_time()
    verdict = judge(frames, asked, card)
    row.cpu_s += time.process_time() - begun
    row.tries += 1
    row.passed += verdict.passed
    row.plain += _plain(frames, card)
    row.reasons.update(reason.value for reason in verdict.reasons)


def _plain(frames: Frames, card: Portrait) -> bool:
    """Any change between frames, and a first frame that matches the card."""
    first, last = (open_photo(frames[n][0]) for n in (0, len(frames) // 2))
    changed = float(np.abs(cv2.subtract(first, last)).mean()) > 0.2
    seen = look(frames[0][0]).portrait
    return changed and seen is not None and distance(seen.descriptor, card.descriptor) < ACCEPT_BELOW


def _head(heading: str, share: str) -> None:
    print(
        f"\n| {heading} | tries | {share} | at most (95 %) | plain baseline | reasons | CPU a try |\n|"
        + "---|" * 7
    )


def _print(name: str, row: Row, *, persons: bool = False) -> None:
    """For attacks the share that passed, for persons the share that did not."""
    wrong, plain = (row.tries - n if persons else n for n in (row.passed, row.plain))
    reasons = ", ".join(f"{reason} {count}" for reason, count in row.reasons.most_common(3))
    bound = f"{100 * at_most(wrong, row.tries):.2g} %"
    shares = f"{100 * wrong / row.tries:.1f} % | {bound} | {100 * plain / row.tries:.0f} %"
    print(f"| {name} | {row.tries} | {shares} | {reasons} | {row.cpu_s / row.tries:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
