"""The colours that were shown are found on the face; others, none and weak ones are told apart."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from filing.challenges import SEQUENCES, Colour, Shine
from filing.face_engines import default_engine
from filing.faces import open_photo
from filing.lights import _TOWARDS, Seen, Tint, glow, tint
from odr.demo.puppet import Pose
from tests.support.faces import jpeg, needs_faces, puppet

TIMES = range(0, 4500, 250)


def lights(colours: tuple[Colour, ...]) -> tuple[Shine, ...]:
    return tuple(Shine(one, 500 + 850 * n, 1350 + 850 * n) for n, one in enumerate(colours))


def reflected(colours: tuple[Colour, ...], gain: float, *, seed: int = 0, lag_ms: int = 120) -> list[Tint]:
    """What a camera sees, with the unrest of a real video: an amplitude of 0.002 and an even drift."""
    chance = np.random.default_rng(seed)
    seen = []
    for t_ms in TIMES:
        shine = next((one for one in lights(colours) if one.from_ms <= t_ms - lag_ms < one.until_ms), None)
        shone = gain * _TOWARDS[shine.colour] if shine else np.zeros(2)
        seen.append(shone + chance.normal(0, 0.002, 2) + t_ms * 5e-6)
    return seen


@settings(deadline=None)  # a busy machine is no failure
@given(
    shown=st.sampled_from(SEQUENCES),
    asked=st.sampled_from(SEQUENCES),
    seed=st.integers(0, 999),
    gain=st.floats(0.05, 2.0),
    lag_ms=st.integers(0, 400),
)
def test_the_colours_shown_are_known_from_every_other_sequence(
    shown: tuple[Colour, ...], asked: tuple[Colour, ...], seed: int, gain: float, lag_ms: int
) -> None:
    seen = reflected(shown, gain, seed=seed, lag_ms=lag_ms)
    expected = Seen.RIGHT if shown == asked else Seen.WRONG
    assert glow(TIMES, seen, lights(asked)).seen is expected


@settings(deadline=None)  # a busy machine is no failure
@given(asked=st.sampled_from(SEQUENCES), seed=st.integers(0, 999), gain=st.floats(0, 0.004))
def test_a_light_that_daylight_drowns_is_never_a_pass(
    asked: tuple[Colour, ...], seed: int, gain: float
) -> None:
    assert glow(TIMES, reflected(asked, gain, seed=seed), lights(asked)).seen is Seen.TOO_WEAK


@settings(deadline=None)  # a busy machine is no failure
@given(
    shown=st.sampled_from(SEQUENCES),
    asked=st.sampled_from(SEQUENCES),
    seed=st.integers(0, 999),
    gain=st.floats(0.015, 0.025),
)
def test_in_a_weak_light_no_other_sequence_passes_and_nobody_is_accused(
    shown: tuple[Colour, ...], asked: tuple[Colour, ...], seed: int, gain: float
) -> None:
    assume(shown != asked)
    assert glow(TIMES, reflected(shown, gain, seed=seed), lights(asked)).seen is Seen.TOO_WEAK


def test_too_few_frames_tell_nothing() -> None:
    asked = SEQUENCES[5]
    assert glow(TIMES[:6], reflected(asked, 0.2)[:6], lights(asked)).seen is Seen.TOO_WEAK
    assert glow((), (), lights(asked)).seen is Seen.TOO_WEAK


@needs_faces
@pytest.mark.parametrize("colour", Colour)
def test_a_colour_on_the_face_is_measured_whatever_the_camera_makes_of_white(colour: Colour) -> None:
    share = 0.2 * np.eye(3)[list(Colour).index(colour)]
    tints = []
    for light, white in ((np.zeros(3), 1.0), (share, np.array([0.9, 1.0, 1.15]))):
        pixels = np.clip(puppet("s10", 8).frame(Pose(), light=light) * white, 0, 255).astype(np.uint8)
        seen = open_photo(jpeg(pixels))
        tints.append(tint(seen, default_engine().find(seen, side_px=480)[0]))
    moved = tints[1] - tints[0]
    assert moved @ _TOWARDS[colour] > 0.05
    assert moved @ _TOWARDS[colour] > 0.95 * np.linalg.norm(moved)
