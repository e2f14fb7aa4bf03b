"""Transport-wide feedback that a sender can decode, and a limit that follows loss."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from rtc.core.bandwidth import ArrivalLog, LossLimit


def decode(data: bytes) -> dict[int, float | None]:
    """Sequence number to arrival in seconds, or None for lost; after the draft's section 3.1."""
    body = data[12 : len(data) - (data[-1] if data[0] & 0x20 else 0)]
    base, count, stamp = struct.unpack_from("!HHL", body)
    chunk_bytes = 2 * ((count + 6) // 7)
    chunks = [c for (c,) in struct.iter_unpack("!H", body[8 : 8 + chunk_bytes])]
    statuses = [chunk >> (12 - 2 * place) & 3 for chunk in chunks for place in range(7)][:count]
    at, clock = 8 + chunk_bytes, (stamp >> 8) * 0.064
    seen: dict[int, float | None] = {}
    for index, status in enumerate(statuses):
        number = (base + index) & 0xFFFF
        seen[number] = None
        if status:
            size = 1 if status == 1 else 2
            clock += int.from_bytes(body[at : at + size], "big", signed=size == 2) * 0.00025
            at += size
            seen[number] = clock
    assert at == len(body)
    return seen


@given(
    start=st.integers(0, 0xFFFF),
    gaps=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 80)), min_size=1, max_size=100),
)
def test_the_sender_learns_when_each_packet_came(start: int, gaps: list[tuple[int, int]]) -> None:
    log, number, now = ArrivalLog(), start, 1000.0
    truth: dict[int, float] = {}
    for step, ms in gaps:
        number, now = number + step, now + ms / 1000
        truth[number & 0xFFFF] = now
        log.arrived(number & 0xFFFF, now)
    feedback = log.feedback(5)
    assert feedback is not None
    seen = decode(feedback)
    assert {n for n, at in seen.items() if at is not None} == set(truth)
    assert all(abs((seen[n] or 0) - at) < 0.001 for n, at in truth.items())


def test_what_was_reported_is_not_reported_again() -> None:
    log = ArrivalLog()
    log.arrived(1, 1.0)
    assert log.feedback(5) is not None
    assert log.feedback(5) is None
    log.arrived(4, 1.1)
    again = log.feedback(5)
    assert again is not None
    assert {n: at is not None for n, at in decode(again).items()} == {2: False, 3: False, 4: True}


def test_a_long_pause_makes_no_long_feedback() -> None:
    log = ArrivalLog()
    log.arrived(1, 1.0)
    log.feedback(5)
    log.arrived(30_000, 9.0)
    feedback = log.feedback(5)
    assert feedback is not None
    assert len(feedback) < 1200


def test_heavy_loss_lowers_the_limit_and_peace_raises_it() -> None:
    limit = LossLimit(600_000, 100_000, 1_500_000)
    assert limit.report(0.3) == 510_000
    assert limit.report(0.05) == 510_000
    assert limit.report(0.0) > 510_000
    for _ in range(100):
        limit.report(0.9)
    assert limit.bits_per_s == 100_000
