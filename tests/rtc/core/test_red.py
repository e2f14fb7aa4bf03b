"""Frames carried once more by the packets after them: written, read, and used where a packet is lost."""

from hypothesis import given
from hypothesis import strategies as st

from rtc.core.packets import OPUS_RED, Kind, parse_rtp
from rtc.core.red import MAX_OCTETS, MAX_OFFSET, Block, pack, recovered, unpack
from rtc.core.track import Track
from tests.rtc.core.streams import rtp

BLOCK = st.builds(Block, st.integers(0, MAX_OFFSET - 1), st.binary(max_size=MAX_OCTETS))


@given(frame=st.binary(max_size=200), blocks=st.lists(BLOCK, max_size=4))
def test_what_is_packed_is_unpacked(frame: bytes, blocks: list[Block]) -> None:
    assert unpack(pack(frame, blocks)) == (frame, blocks[::-1])


@given(data=st.binary(max_size=80))
def test_any_octets_are_unpacked_or_refused(data: bytes) -> None:
    unpacked = unpack(data)
    if unpacked is not None:
        frame, blocks = unpacked
        assert len(frame) + sum(len(block.frame) for block in blocks) < len(data)


def test_only_what_lies_where_the_packets_before_it_lay_has_a_number() -> None:
    blocks = [Block(960, b"one"), Block(1920, b"two"), Block(2880, b"three")]
    assert recovered(blocks) == [(2, b"two"), (1, b"one")]
    assert recovered([Block(9600, b"after a pause")]) == []
    assert recovered([Block(960, b"")]) == []


def test_a_lost_frame_comes_with_the_next_packet_and_is_asked_for_no_more() -> None:
    track = Track("anna", Kind.AUDIO, 7)

    def send(number: int, *before: bytes) -> list[tuple[int, bytes]]:
        blocks = [Block(960 * back, frame) for back, frame in enumerate(reversed(before), 1)][::-1]
        data = rtp(OPUS_RED, number, 960 * number, 7, pack(b"%d" % number, blocks))
        return [
            (arrival.packet.sequence, arrival.packet.payload)
            for arrival in track.receive(parse_rtp(data), number / 50)
        ]

    assert send(1) == [(1, b"1")]
    assert send(3, b"1", b"2") == [(2, b"2"), (3, b"3")]
    assert send(6, b"4", b"5") == [(4, b"4"), (5, b"5"), (6, b"6")]
    assert track.gaps.due(9.0) == []
    assert track.counts.received == 3, "what came is what is reported: the sender must know of the loss"
