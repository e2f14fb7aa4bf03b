"""RTCP read and written."""

from hypothesis import given
from hypothesis import strategies as st

from rtc.core import rtcp


def test_reports_are_read_as_written() -> None:
    block = rtcp.ReportBlock(5, 12, -3, 70_000, 9, 0xABCDEF01, 65536)
    (report,) = rtcp.parse_rtcp(rtcp.write_receiver_report([block]))
    assert report == rtcp.ReceiverReport(rtcp.OUR_SSRC, (block,))
    sender = rtcp.SenderReport(6, 1 << 40 | 7, 99, 3, 400)
    assert rtcp.parse_rtcp(rtcp.write_sender_report(sender)) == [sender]


@given(
    start=st.integers(0, 0xFFFF),
    steps=st.lists(st.integers(1, 40), min_size=1, max_size=60),
)
def test_every_lost_number_is_asked_for(start: int, steps: list[int]) -> None:
    lost = [start]
    for step in steps:
        lost.append((lost[-1] + step) & 0xFFFF)
    (nack,) = rtcp.parse_rtcp(rtcp.write_nack(9, lost))
    assert nack == rtcp.Nack(9, tuple(lost))


def test_key_frame_wishes_of_both_forms_are_heard() -> None:
    full_intra = rtcp.write(
        rtcp.PAYLOAD_FEEDBACK, rtcp.FULL_INTRA, bytes(8) + (7).to_bytes(4, "big") + bytes(4)
    )
    data = rtcp.write_receiver_report() + rtcp.write_picture_loss(5) + full_intra
    assert rtcp.parse_rtcp(data)[1:] == [rtcp.KeyframeWish(5), rtcp.KeyframeWish(7)]


@given(bits=st.integers(1, 1 << 40))
def test_a_bandwidth_limit_loses_no_more_than_its_mantissa(bits: int) -> None:
    (limit,) = rtcp.parse_rtcp(rtcp.write_bandwidth_limit(bits, [1]))
    assert isinstance(limit, rtcp.BandwidthLimit)
    assert bits * (1 - 2**-17) - 1 <= limit.bits_per_s <= bits


@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_without_harm(data: bytes) -> None:
    rtcp.parse_rtcp(data)


@given(kind=st.sampled_from([200, 201, 203, 205, 206]), count=st.integers(0, 31), body=st.binary(max_size=80))
def test_any_body_under_a_sound_header_is_read_without_harm(kind: int, count: int, body: bytes) -> None:
    rtcp.parse_rtcp(rtcp.write(kind, count, body))
