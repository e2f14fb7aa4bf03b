"""What a receiver reports is what came of the packets it was sent."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc.core.bandwidth import ArrivalLog
from rtc.core.departures import KEPT, NOTHING, OVERHEAD, DepartureLog


def heard(log: DepartureLog, arrivals: ArrivalLog) -> tuple[int, int]:
    feedback = arrivals.feedback(5)
    assert feedback is not None
    flight = log.heard(feedback[12 : len(feedback) - (feedback[-1] if feedback[0] & 0x20 else 0)])
    return flight.received, flight.lost


def body(first: int, count: int, *chunks: int, deltas: bytes = b"") -> bytes:
    return struct.pack(f"!HHL{len(chunks)}H", first, count, 0, *chunks) + deltas


@given(
    before=st.integers(0, 70_000),
    fates=st.lists(st.tuples(st.booleans(), st.integers(0, 90)), min_size=1, max_size=150),
)
def test_what_came_and_what_was_lost_is_known_to_the_packet(
    before: int, fates: list[tuple[bool, int]]
) -> None:
    log, arrivals, now = DepartureLog(), ArrivalLog(), 7.0
    for _ in range(before % 300):
        log.number(100, now)
    for comes, ms in [*fates, (True, 1)]:
        now += ms / 1000
        number = log.number(100, now)
        if comes:
            arrivals.arrived(number, now + 0.05)
    came = sum(comes for comes, _ in fates) + 1
    first = next((at for at, (comes, _) in enumerate(fates) if comes), len(fates))
    assert heard(log, arrivals) == (came, len(fates) + 1 - first - came)


def test_numbers_go_on_past_sixteen_bits() -> None:
    log, arrivals = DepartureLog(), ArrivalLog()
    numbers = [log.number(1, 0.0) for _ in range(65_536 + 40)]
    assert numbers[-1] == 39
    for number in numbers[-80:]:
        arrivals.arrived(number, 1.0)
    assert heard(log, arrivals) == (80, 0)


def test_a_packet_reported_missing_that_comes_after_all_is_not_lost() -> None:
    log = DepartureLog()
    for _ in range(3):
        log.number(1, 0.0)
    assert log.heard(body(0, 3, 0xD100 | 0x0010, deltas=bytes(2)))[:2] == (2, 1)
    assert log.heard(body(1, 1, 0xD000, deltas=bytes(1)))[:2] == (1, -1)
    assert log.heard(body(0, 3, 0xD540, deltas=bytes(3))) == NOTHING, "it was settled"


def test_what_was_sent_to_a_former_address_counts_no_more() -> None:
    log = DepartureLog()
    for _ in range(3):
        log.number(1, 0.0)
    assert log.heard(body(0, 2, 0xD000, deltas=bytes(1)))[:2] == (1, 1)
    log.forget()
    assert log.heard(body(1, 2, 0xC000)) == NOTHING
    assert log.number(1, 1.0) == 3
    assert log.heard(body(2, 2, 0xC400, deltas=bytes(1)))[:2] == (1, 0)


@pytest.mark.parametrize("reported_first", [False, True])
def test_what_was_sent_again_under_its_number_was_lost_once(reported_first: bool) -> None:
    log = DepartureLog()
    for _ in range(3):
        log.number(1, 0.0)
    lost = log.heard(body(0, 3, 0xD100 | 0x0010, deltas=bytes(2))).lost if reported_first else 0
    log.repeated(1)
    seen = log.heard(body(0, 3, 0xD540, deltas=bytes(3)))
    assert (seen.received, lost + seen.lost) == (0 if reported_first else 2, 1)
    assert log.heard(body(1, 1, 0xD000, deltas=bytes(1))) == NOTHING, "it was settled"
    log.repeated(2)
    log.repeated(77)
    assert log.heard(body(0, 3, 0xD540, deltas=bytes(3))) == NOTHING, "they came, or were never sent"


@pytest.mark.parametrize(
    "chunks",
    [
        (0x2003,),  # a run of three small deltas
        (0xB800,),  # one bit each
        (0xD540,),  # two bits each
    ],
)
def test_every_form_of_chunk_is_read(chunks: tuple[int, ...]) -> None:
    log = DepartureLog()
    for _ in range(3):
        log.number(1, 0.0)
    assert log.heard(body(0, 3, *chunks, deltas=bytes((1, 2, 3))))[:2] == (3, 0)


def test_what_leaves_together_is_one_group_with_its_width() -> None:
    log, arrivals = DepartureLog(), ArrivalLog()
    for at in range(5):
        arrivals.arrived(log.number(956, 10.0 + at / 10_000), 20.0 + at / 100)
    arrivals.arrived(log.number(56, 11.0), 21.0)
    arrivals.arrived(log.number(56, 12.0), 22.0)
    feedback = arrivals.feedback(5)
    assert feedback is not None
    burst, single = log.heard(feedback[12:]).groups
    assert (burst.packets, burst.octets, burst.behind) == (5, 5 * (956 + OVERHEAD), 4 * (956 + OVERHEAD))
    assert (burst.came - burst.came_first) * 0.00025 == pytest.approx(0.04, abs=0.0005)
    assert (single.came - burst.came) * 0.00025 == pytest.approx(0.96, abs=0.0005)


def test_what_a_queue_lets_through_in_one_go_is_one_group() -> None:
    log = DepartureLog()
    for at in range(4):
        log.number(100, at / 50)
    seen = log.heard(body(0, 4, 0xD550, deltas=bytes((200, 4, 4, 250))))
    assert [group.packets for group in seen.groups] == [3]


@given(data=st.binary(max_size=60), first=st.integers(0, 40), count=st.integers(0, 60))
def test_any_octets_are_read_without_harm(data: bytes, first: int, count: int) -> None:
    log = DepartureLog()
    for _ in range(30):
        log.number(1, 0.0)
    log.heard(data)
    seen = log.heard(struct.pack("!HH", first, count) + data)
    assert 0 <= seen.received <= 30
    assert seen.received + seen.lost <= 30


def test_a_report_of_more_than_is_remembered_changes_nothing() -> None:
    log = DepartureLog()
    log.number(1, 0.0)
    assert log.heard(body(0, KEPT + 1, 0x0FFF, 0x0FFF)) == NOTHING
    assert log.heard(body(0, 1, 0x2001)) == NOTHING, "its delta is cut off"
    assert log.heard(body(0, 1, 0xF000)) == NOTHING, "symbol 3 is reserved"
    assert log.heard(body(0, 1, 0x2001, deltas=bytes(1))).received == 1
