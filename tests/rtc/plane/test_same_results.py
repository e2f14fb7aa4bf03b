"""Tracks, slots and arrival logs in C give the numbers that those in Python give."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc.core.bandwidth import ArrivalLog
from rtc.core.budget import Quality
from rtc.core.packets import OPUS_RED, TRANSPORT_SEQUENCE, Kind, parse_rtp
from rtc.core.parts import Incoming, Outgoing, Parts, SlotParts
from rtc.core.red import Block, pack
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
    Kind.AUDIO: (VOICE, b"", bytes(401)),
}
PAYLOADS[Kind.SCREEN] = PAYLOADS[Kind.VIDEO]


@pytest.fixture(scope="module")
def native() -> None:
    need("native")


def play(parts: Parts, kind: Kind, seed: int, loss: float) -> list[object]:
    """A random stream through one track to one slot, and all that comes of it."""
    rng, now, came = Random(seed), 50.0, list[object]()
    tracks = [parts.track(1, "anna", kind, 77 + layer) for layer in range(2 if kind is Kind.VIDEO else 1)]
    slot = parts.slot(SlotParts(1, kind, "3", 1001, 1002, rng.getrandbits(14)))
    slot.repair_by_rtx = kind is not Kind.AUDIO
    number, timestamp = rng.getrandbits(16), rng.getrandbits(32)
    slot.bind(tracks[0])
    for _ in range(150):
        number += 1 + (rng.uniform(0, 1) < loss) * rng.choice((1, 2, 5, 190, 260))
        timestamp += rng.choice((960, 960, 9600, 30_000) if kind is Kind.AUDIO else (0, 3000))
        now += rng.choice((0.001, 0.007, 0.02, 0.05))
        back = rng.choice((0, 0, 0, 0, 1, 3, 70))
        payload = rng.choice(PAYLOADS[kind])
        level = {6: bytes((rng.randrange(128),))} if kind is Kind.AUDIO else {}
        track = rng.choice(tracks)
        data = rtp(111 if kind is Kind.AUDIO else 96, number - back, timestamp, track.ssrc, payload, level)
        if kind is Kind.AUDIO and rng.randrange(2):
            data = rtp(OPUS_RED, number - back, timestamp, track.ssrc, redundant(rng, payload), level)
        out = None
        for arrival in track.receive(parse_rtp(data), now):
            came.append(arrival[1:])
            out = slot.forward(arrival, now) if slot in track.listeners else None
            came.append(out)
        came += meddle(rng, slot, track, tracks, out, now)
    return came


def meddle(  # noqa: PLR0917  the hands it needs
    rng: Random, slot: Outgoing, track: Incoming, tracks: list[Incoming], out: bytes | None, now: float
) -> list[object]:
    """One random act of a room upon them, and what comes of it."""
    acts: list[Callable[[], object]] = [
        lambda: (track.gaps.due(now), track.reception.counts.mended),
        lambda: track.keyframes.due(now),
        lambda: slot.repair(parse_rtp(out).sequence, now) if out else None,
        lambda: (track.reception.block(now), track.reception.loss_before_repair),
        lambda: (slot.octets, slot.packets, track.loudness.loudness, track.loudness.spoke_at),
        lambda: slot.repeat(rng.randrange(4)),
    ]
    seldom: list[Callable[[], object]] = [
        lambda: slot.bind(None),
        lambda: slot.bind(track),
        lambda: slot.switch(rng.choice(tracks)),
        lambda: slot.show(rng.choice(list(Quality))),
        lambda: slot.stamp(numbered=rng.randrange(2) == 0),
        lambda: slot.probe(now),
    ]
    return [rng.choice(acts if rng.randrange(4) else seldom)()]


def redundant(rng: Random, frame: bytes) -> bytes:
    """The frame with others of before, sound, elsewhere in time, empty, too many or broken."""
    blocks = [Block(960 * back, rng.choice((VOICE, b"", b"old"))) for back in range(rng.randrange(4), 0, -1)]
    if blocks and rng.randrange(4) == 0:
        blocks[0] = Block(rng.randrange(1 << 14), VOICE)
    payload = pack(frame, blocks)
    match rng.randrange(6):
        case 0:
            return payload[: rng.randrange(len(payload) + 1)]
        case 1:
            return bytes((payload[0] ^ 1 << rng.randrange(8),)) + payload[1:]
        case _:
            return payload


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


def depart(parts: Parts, seed: int, spoiled: float) -> list[object]:
    """Packets of a numbered slot over a line that fills and loses, and what is made of its reports."""
    rng, now, queue_s, came = Random(seed), 50.0, 0.03, list[object]()
    track = parts.track(1, "anna", Kind.VIDEO, 77)
    slot, line = parts.slot(SlotParts(2, Kind.VIDEO, "3", 1001, 1002, 9)), parts.line(2)
    slot.stamp(numbered=True)
    slot.bind(track)
    arrivals, growth, loss = ArrivalLog(), 0.0, 0.0
    for number in range(1200):
        now += rng.choice((0.0, 0.0, 0.001, 0.02, 0.3 * (rng.randrange(200) == 0)))
        if rng.randrange(100) == 0:
            growth, loss = rng.choice((0.0, 0.0, 0.002, -0.004)), rng.choice((0.0, 0.0, 0.05, 0.2, 0.5))
        queue_s = max(0.03, queue_s + growth)
        for arrival in track.receive(parse_rtp(rtp(96, number, number, 77, KEYFRAME)), now):
            out = slot.forward(arrival, now)
            came.append(out)
            if out and rng.uniform(0, 1) >= loss:
                sequence = int.from_bytes(parse_rtp(out).extensions[TRANSPORT_SEQUENCE], "big")
                arrivals.arrived(sequence, now + queue_s + rng.choice((0.0, 0.0, 0.003, 0.17 * loss)))
            if out and rng.randrange(5) == 0:
                came.append(slot.repair(parse_rtp(out).sequence - rng.randrange(30) & 0xFFFF, now))
        if rng.randrange(300) == 0:
            line.moved()
        if rng.randrange(20) == 0 and (feedback := arrivals.feedback(5)):
            body = bytearray(feedback[12:])
            for _ in range(rng.randrange(4) if rng.uniform(0, 1) < spoiled else 0):
                body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
            cut = rng.randrange(len(body)) if rng.uniform(0, 1) < spoiled / 4 else len(body)
            line.went_around(rng.choice((1.0, 90.0, 700.0)))
            line.reported(bytes(body[:cut]), now)
            came += (line.full, line.loss, line.bits_per_s, line.received_bits_per_s)
            came += (line.burst_bits_per_s, line.burst_at)
    return came


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 32), spoiled=st.sampled_from((0.0, 0.5)))
def test_what_a_receiver_reports_is_read_alike(seed: int, spoiled: float) -> None:
    assert depart(NativePlane(), seed, spoiled) == depart(PythonParts(), seed, spoiled)
