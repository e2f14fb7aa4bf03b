"""RTP read, written and wrapped for repair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc.core.packets import (
    MID,
    TRANSPORT_SEQUENCE,
    VP8,
    VP8_REPAIR,
    as_repair,
    open_repair,
    parse_rtp,
    stamped_block,
    write_rtp,
)
from rtc.errors import Malformed
from tests.rtc.core.streams import rtp


def test_what_is_written_is_read_again() -> None:
    packet = parse_rtp(rtp(VP8, 7, 9, 11, b"payload", {3: b"gone"}, marker=True))
    out = parse_rtp(write_rtp(packet, 70, 90, 110, stamped_block("12", numbered=True)[0]))
    assert (out.sequence, out.timestamp, out.ssrc, out.payload) == (70, 90, 110, b"payload")
    assert out.extensions == {MID: b"12", TRANSPORT_SEQUENCE: bytes(2)}
    assert out.marker


def test_the_publishers_extensions_do_not_pass() -> None:
    packet = parse_rtp(rtp(VP8, 7, 9, 11, b"p", {3: b"secret-name"}))
    assert b"secret-name" not in write_rtp(packet, 1, 1, 1, stamped_block("1", numbered=False)[0])


@given(data=st.binary(max_size=120))
def test_any_bytes_are_a_packet_or_malformed(data: bytes) -> None:
    try:
        packet = parse_rtp(data)
    except Malformed:
        return
    assert len(packet.payload) <= len(data) - 12


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\x80" * 11,
        b"\x40" + bytes(30),  # version 1
        b"\x90" + bytes(11),  # an extension that is not there
        b"\x9f" + bytes(20),  # contributing sources that are not there
        b"\xa0" + bytes(12) + b"\xff",  # padding longer than the packet
        b"\x90" + bytes(11) + b"\xbe\xde\x00\x01" + b"\x1f\x00\x00\x00",  # element longer than its block
    ],
)
def test_lengths_that_lie_are_malformed(broken: bytes) -> None:
    with pytest.raises(Malformed):
        parse_rtp(broken)


def test_two_byte_extensions_are_read() -> None:
    block = bytes((1, 2)) + b"ab" + bytes(4)
    data = rtp(VP8, 1, 1, 1, b"")
    data = b"\x90" + data[1:] + b"\x10\x00\x00\x02" + block + b"payload"
    assert parse_rtp(data).extensions == {1: b"ab"}


def test_a_repair_carries_the_packet_back() -> None:
    original = parse_rtp(rtp(VP8, 500, 9, 11, b"payload"))
    repair = as_repair(original, 500)._replace(sequence=1, ssrc=12)
    assert repair.payload_type == VP8_REPAIR
    assert open_repair(repair, 11) == original


def test_a_probe_in_the_repair_stream_is_no_packet() -> None:
    assert open_repair(parse_rtp(rtp(VP8_REPAIR, 1, 1, 1, b"")), 11) is None
