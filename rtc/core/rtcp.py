"""RTCP: what receivers and senders report (RFC 3550, 4585, 5104), read and written.

Rule 1: a compound packet is read until its first malformed part; unknown parts are passed over.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SENDER_REPORT, RECEIVER_REPORT, BYE, TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK = 200, 201, 203, 205, 206
NACK, TRANSPORT_WIDE = 1, 15  # formats of TRANSPORT_FEEDBACK
PICTURE_LOSS, FULL_INTRA, APPLICATION = 1, 4, 15  # formats of PAYLOAD_FEEDBACK
OUR_SSRC = 1  # reports of a forwarding server come from no stream of its own
MAX_BLOCKS = 31  # five bits in the header
_HEADER = struct.Struct("!BBH")
_BLOCK = struct.Struct("!LLLLLL")
_SENDER = struct.Struct("!LQLLL")
_U32 = struct.Struct("!L")
_TWO = struct.Struct("!LL")
_NACK = struct.Struct("!HH")


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """Reception of one stream; `fraction_lost` in 1/256, `jitter` in clock ticks, `delay` in 1/65536 s."""

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    delay: int


@dataclass(frozen=True, slots=True)
class SenderReport:
    """`ntp_time` is 32.32 fixed point, as on the wire."""

    ssrc: int
    ntp_time: int
    rtp_time: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class Nack:
    ssrc: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeWish:
    """A PLI or a FIR."""

    ssrc: int


@dataclass(frozen=True, slots=True)
class BandwidthLimit:
    """REMB (draft-alvestrand-rmcat-remb-03)."""

    bits_per_s: int


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """What came of packets by transport-wide number; `body` is read by rtc.core.departures."""

    body: bytes


Report = SenderReport | ReceiverReport | Nack | KeyframeWish | BandwidthLimit | TransportFeedback


def parse_rtcp(data: bytes) -> list[Report]:
    reports: list[Report] = []
    at = 0
    while at + 8 <= len(data):
        first, kind, words = _HEADER.unpack_from(data, at)
        end = at + 4 * (words + 1)
        if first >> 6 != 2 or end > len(data):
            break
        body_end = end - (data[end - 1] if first & 32 else 0)
        body = data[at + 4 : body_end]
        reader = _READERS.get((kind, 0 if kind < BYE else first & 31))
        try:
            reports.extend(reader(body, first & 31) if reader else ())
        except struct.error:
            break
        at = end
    return reports


def _blocks(body: bytes, at: int, count: int) -> tuple[ReportBlock, ...]:
    blocks = []
    for index in range(count):
        ssrc, loss, highest, jitter, last, delay = _BLOCK.unpack_from(body, at + _BLOCK.size * index)
        lost = (loss & 0xFFFFFF) - ((loss & 0x800000) << 1)
        blocks.append(ReportBlock(ssrc, loss >> 24, lost, highest, jitter, last, delay))
    return tuple(blocks)


def _read_sender(body: bytes, count: int) -> Iterable[Report]:
    ssrc, ntp_time, rtp_time, packets, octets = _SENDER.unpack_from(body)
    blocks = _blocks(body, _SENDER.size, count)
    return (SenderReport(ssrc, ntp_time, rtp_time, packets, octets, blocks),)


def _read_receiver(body: bytes, count: int) -> Iterable[Report]:
    (ssrc,) = _U32.unpack_from(body)
    return (ReceiverReport(ssrc, _blocks(body, 4, count)),)


def _read_nack(body: bytes, _: int) -> Iterable[Report]:
    _, ssrc = _TWO.unpack_from(body)
    lost: list[int] = []
    for at in range(8, len(body) - 3, 4):
        base, mask = _NACK.unpack_from(body, at)
        lost.append(base)
        lost.extend((base + bit + 1) & 0xFFFF for bit in range(16) if mask >> bit & 1)
    return (Nack(ssrc, tuple(lost)),)


def _read_picture_loss(body: bytes, _: int) -> Iterable[Report]:
    return (KeyframeWish(_TWO.unpack_from(body)[1]),)


def _read_full_intra(body: bytes, _: int) -> Iterable[Report]:
    return tuple(KeyframeWish(_U32.unpack_from(body, at)[0]) for at in range(8, len(body) - 7, 8))


def _read_application(body: bytes, _: int) -> Iterable[Report]:
    if body[8:12] != b"REMB" or len(body) < 16:
        return ()
    word = int.from_bytes(body[13:16], "big")
    return (BandwidthLimit((word & 0x3FFFF) << (word >> 18)),)


def _read_transport(body: bytes, _: int) -> Iterable[Report]:
    return (TransportFeedback(body[8:]),)


_READERS: dict[tuple[int, int], Callable[[bytes, int], Iterable[Report]]] = {
    (SENDER_REPORT, 0): _read_sender,
    (RECEIVER_REPORT, 0): _read_receiver,
    (TRANSPORT_FEEDBACK, NACK): _read_nack,
    (TRANSPORT_FEEDBACK, TRANSPORT_WIDE): _read_transport,
    (PAYLOAD_FEEDBACK, PICTURE_LOSS): _read_picture_loss,
    (PAYLOAD_FEEDBACK, FULL_INTRA): _read_full_intra,
    (PAYLOAD_FEEDBACK, APPLICATION): _read_application,
}


def write(kind: int, count: int, body: bytes) -> bytes:
    """One packet of a compound; `body` is padded to whole words (RFC 3550 section 6.4.1)."""
    short = -len(body) % 4
    if short:
        body += bytes(short - 1) + bytes((short,))
    return _HEADER.pack(0x80 | (0x20 if short else 0) | count, kind, len(body) // 4) + body


def write_sender_report(report: SenderReport) -> bytes:
    return write(
        SENDER_REPORT,
        0,
        _SENDER.pack(
            report.ssrc,
            report.ntp_time,
            report.rtp_time & 0xFFFFFFFF,
            report.packets & 0xFFFFFFFF,
            report.octets & 0xFFFFFFFF,
        ),
    )


def write_receiver_report(blocks: Sequence[ReportBlock] = ()) -> bytes:
    body = _U32.pack(OUR_SSRC) + b"".join(_write_block(block) for block in blocks[:MAX_BLOCKS])
    return write(RECEIVER_REPORT, min(len(blocks), MAX_BLOCKS), body)


def _write_block(block: ReportBlock) -> bytes:
    loss = block.fraction_lost << 24 | max(-0x800000, min(0x7FFFFF, block.lost)) & 0xFFFFFF
    return _BLOCK.pack(
        block.ssrc, loss, block.highest & 0xFFFFFFFF, block.jitter, block.last_report, block.delay
    )


EMPTY_REPORT = write_receiver_report()  # a compound begins with one (RFC 3550 section 6.1)


def write_nack(ssrc: int, lost: Sequence[int]) -> bytes:
    """`lost`: 16-bit numbers, oldest first."""
    pairs: list[list[int]] = []
    for number in lost:
        ahead = (number - pairs[-1][0] - 1) & 0xFFFF if pairs else 16
        if ahead < 16:
            pairs[-1][1] |= 1 << ahead
        else:
            pairs.append([number, 0])
    return write(
        TRANSPORT_FEEDBACK, NACK, _TWO.pack(OUR_SSRC, ssrc) + b"".join(_NACK.pack(*pair) for pair in pairs)
    )


def write_picture_loss(ssrc: int) -> bytes:
    return write(PAYLOAD_FEEDBACK, PICTURE_LOSS, _TWO.pack(OUR_SSRC, ssrc))


def write_bandwidth_limit(bits_per_s: int, ssrcs: Sequence[int]) -> bytes:
    exponent = max(0, bits_per_s.bit_length() - 18)
    word = exponent << 18 | bits_per_s >> exponent
    body = _TWO.pack(OUR_SSRC, 0) + b"REMB" + bytes((len(ssrcs),)) + word.to_bytes(3, "big")
    return write(PAYLOAD_FEEDBACK, APPLICATION, body + b"".join(_U32.pack(ssrc) for ssrc in ssrcs))
