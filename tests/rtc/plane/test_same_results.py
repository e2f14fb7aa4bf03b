"""Tracks, slots and arrival logs in C give the numbers that those in Python give."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core.budget import Quality
from rtc.core.packets import Kind, parse_rtp
from rtc.core.parts import Parts, SlotParts
from rtc.plane.native import NativePlane
from rtc.plane.python import PythonParts
from tests.rtc.core.streams import INTERFRAME, KEYFRAME, MIDDLE, VOICE, picture, rtp
from tests.rtc.planes import need

pytestmark = pytest.mark.usefixtures("native")
PAYLOADS = {
    Kind.VIDEO: (
        KEYFRAME,
        INTERFRAME,
        MIDDLE,
        b"",
        picture(9, 250),
        picture(0x7FFE, 3),
        picture(77, 9, key=False),
        picture(126, 1, wide=False),
        b"\x90\xc0",
        b"\x90\x80\xff",
    ),
    Kind.AUDIO: (VOICE, b""),
}


@pytest.fixture(scope="module")
def native() -> None:
    need("native")


def play(parts: Parts, kind: Kind, seed: int, loss: float) -> list[object]:
    """A random stream through one track to one slot, and all that comes of it."""
    rng, now, came = Random(seed), 50.0, list[object]()
    tracks = [parts.track(1, "anna", kind, 77 + layer) for layer in range(2 if kind is Kind.VIDEO else 1)]
    slot = parts.slot(SlotParts(1, kind, "3", 1001, 1002, rng.getrandbits(14)))
    slot.repair_by_rtx = kind is Kind.VIDEO
    number, timestamp = rng.getrandbits(16), rng.getrandbits(32)
    slot.bind(tracks[0])
    for _ in range(150):
        number += 1 + (rng.uniform(0, 1) < loss) * rng.choice((1, 2, 5, 190, 260))
        timestamp += rng.choice((0, 3000))
        now += rng.choice((0.001, 0.007, 0.02, 0.05))
        back = rng.choice((0, 0, 0, 0, 1, 3, 70))
        payload = rng.choice(PAYLOADS[kind])
        level = {6: bytes((rng.randrange(128),))} if kind is Kind.AUDIO else {}
        track = rng.choice(tracks)
        data = rtp(96 if kind is Kind.VIDEO else 111, number - back, timestamp, track.ssrc, payload, level)
        arrival = track.receive(parse_rtp(data), now)
        came.append(arrival and arrival[1:])
        out = slot.forward(arrival, now) if arrival and slot in track.listeners else None
        came.append(out)
        match rng.randrange(8):
            case 0:
                came.append(track.gaps.due(now))
            case 1:
                came.append(track.keyframes.due(now))
            case 2 if out:
                came.append(slot.repair(parse_rtp(out).sequence, now))
            case 3:
                came.append(track.reception.block(now))
            case 4 if rng.randrange(5) == 0:
                slot.bind(None)
                slot.bind(track)
            case 6 if rng.randrange(3) == 0:
                slot.switch(rng.choice(tracks))
            case 5 if rng.randrange(3) == 0:
                slot.show(rng.choice(list(Quality)))
            case _:
                came.append((slot.octets, track.loudness.loudness, track.loudness.spoke_at))
    return came


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(Kind), seed=st.integers(0, 1 << 32), loss=st.sampled_from((0.0, 0.1, 0.4)))
def test_a_random_stream_has_the_same_fate(kind: Kind, seed: int, loss: float) -> None:
    assert play(NativePlane(), kind, seed, loss) == play(PythonParts(), kind, seed, loss)


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 0xFFFF),
    steps=st.lists(st.tuples(st.integers(-3, 40), st.floats(0.0, 0.3)), min_size=1, max_size=120),
    every=st.integers(2, 40),
)
def test_feedback_has_the_same_octets(start: int, steps: list[tuple[int, float]], every: int) -> None:
    logs = [parts.arrivals(1) for parts in (NativePlane(), PythonParts())]
    number, now = start, 1000.0
    for count, (step, later) in enumerate(steps, 1):
        number, now = number + step, now + later
        for log in logs:
            log.arrived(number & 0xFFFF, now)
        if count % every == 0:
            native, python = [log.feedback(9) for log in logs]
            assert native == python
