"""Session descriptions: the offers we write, the little we need of an answer (RFC 8866, RFC 8829).

Rule 1: payload types and extension ids are ours and the same for everybody.
Rule 2: an answer is a stranger's text: what is not understood is passed over, what is needed must be there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rtc.core.layers import RIDS
from rtc.core.packets import (
    AUDIO_LEVEL,
    MID,
    OPUS,
    OPUS_RED,
    REPAIRED_RID,
    RID,
    SEND_TIME,
    TRANSPORT_SEQUENCE,
    VP8,
    VP8_REPAIR,
    Kind,
)
from rtc.core.signalling import FROM_ALL, UPLINK, Answer, Line, SlotLine
from rtc.errors import AnswerRefused
from rtc.net.ice import Credentials
from rtc.net.port import Endpoint

MAX_ANSWER = 200_000  # characters; 20 sections of a browser have 30,000
HOST_PRIORITY = 2130706431  # RFC 8445 section 5.1.2: type preference 126, local preference 65535
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
REPAIRED_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
TRANSPORT_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_OPUS_LINES = (
    f"a=rtpmap:{OPUS_RED} red/48000/2",
    f"a=fmtp:{OPUS_RED} {OPUS}/{OPUS}",  # RFC 2198 section 5
    f"a=rtpmap:{OPUS} opus/48000/2",
    f"a=fmtp:{OPUS} minptime=10;useinbandfec=1;usedtx=1",  # RFC 7587 section 6.1
    f"a=rtcp-fb:{OPUS} nack",  # Chromium 156 leaves it out of its answer and heeds it, both ways
)
_VIDEO_LINES = (
    f"a=rtpmap:{VP8} VP8/90000",
    f"a=rtcp-fb:{VP8} nack",
    f"a=rtcp-fb:{VP8} nack pli",
    f"a=rtcp-fb:{VP8} ccm fir",
    f"a=rtpmap:{VP8_REPAIR} rtx/90000",
    f"a=fmtp:{VP8_REPAIR} apt={VP8}",
)
_CODEC_LINES = {Kind.AUDIO: _OPUS_LINES, Kind.VIDEO: _VIDEO_LINES, Kind.SCREEN: _VIDEO_LINES}
_MEDIA = {Kind.AUDIO: "audio", Kind.VIDEO: "video", Kind.SCREEN: "video"}
_PICTURES_UP = (
    f"a=rtcp-fb:{VP8} goog-remb",
    f"a=rtcp-fb:{VP8} transport-cc",
    f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}",
)
_UPLINK_LINES = {
    Kind.AUDIO: (
        f"a=rtcp-fb:{OPUS} transport-cc",
        f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}",
        f"a=extmap:{AUDIO_LEVEL} {LEVEL_URI}",
    ),
    Kind.SCREEN: _PICTURES_UP,
    Kind.VIDEO: (
        *_PICTURES_UP,
        f"a=extmap:{RID} {RID_URI}",
        f"a=extmap:{REPAIRED_RID} {REPAIRED_URI}",
        *(f"a=rid:{rid} recv" for rid in RIDS),
        f"a=simulcast:recv {';'.join(RIDS)}",  # RFC 8853; who cannot leaves it out and sends one stream
    ),
}
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
# On the way down: who counts arrivals reports them and we estimate its line; who does not estimates it itself
# from send times and states it as REMB.
_PICTURES_DOWN = (
    f"a=extmap:{SEND_TIME} {SEND_TIME_URI}",
    f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}",
    f"a=rtcp-fb:{VP8} goog-remb",
    f"a=rtcp-fb:{VP8} transport-cc",
)
_DOWNLINK_LINES = {
    Kind.AUDIO: (
        f"a=extmap:{SEND_TIME} {SEND_TIME_URI}",
        f"a=extmap:{TRANSPORT_SEQUENCE} {TRANSPORT_URI}",
        f"a=rtcp-fb:{OPUS} transport-cc",
    ),
    Kind.VIDEO: _PICTURES_DOWN,
    Kind.SCREEN: _PICTURES_DOWN,
}
# RED stands first: a browser sends what stands first, and a lost frame comes without being asked for.
_FORMATS = {"audio": f"{OPUS_RED} {OPUS}", "video": f"{VP8} {VP8_REPAIR}"}


_TRANSPORT_CC = re.compile(r"^a=rtcp-fb:\S+ transport-cc\s*$", re.M)


@dataclass(frozen=True, slots=True)
class OurSide:
    """What every section of an offer repeats about this server."""

    session: int
    fingerprint: str
    endpoints: tuple[Endpoint, ...]


def offer(ours: OurSide, credentials: Credentials, version: int, lines: Sequence[Line]) -> str:
    mids = [*FROM_ALL, *(line.mid for line in lines)]
    text = [
        "v=0",
        f"o=- {ours.session} {version} IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {' '.join(mids)}",
        "a=msid-semantic: WMS *",
        "a=ice-lite",
        "a=extmap-allow-mixed",
    ]
    transport = list(_transport(ours, credentials))
    nowhere = (
        "IN IP6 ::" if ":" in ours.endpoints[0].host else "IN IP4 0.0.0.0"
    )  # RFC 8839: see the candidates
    for section in (*FROM_ALL, *lines):
        if isinstance(section, SlotLine):
            text += _section(section.mid, section.kind, "sendonly", nowhere)
            text += [*_DOWNLINK_LINES[section.kind], *_streams(section), *transport]
        else:
            mid = section if isinstance(section, str) else section.mid
            kind = UPLINK[mid]
            text += [*_section(mid, kind, "recvonly", nowhere), *_UPLINK_LINES[kind], *transport]
    return "\r\n".join(text) + "\r\n"


def _section(mid: str, kind: Kind, direction: str, nowhere: str) -> Iterator[str]:
    yield f"m={_MEDIA[kind]} 9 UDP/TLS/RTP/SAVPF {_FORMATS[_MEDIA[kind]]}"
    yield f"c={nowhere}"
    yield f"a={direction}"
    yield f"a=mid:{mid}"
    yield f"a=extmap:{MID} {MID_URI}"
    yield f"a=rtcp:9 {nowhere}"
    yield "a=rtcp-mux"
    yield "a=rtcp-rsize"
    yield from _CODEC_LINES[kind]


def _streams(line: SlotLine) -> Iterator[str]:
    cname = f"cname:{line.group}"  # one name for a person's picture and voice keeps lips in step
    yield f"a=msid:{line.group} slot{line.mid}"
    if line.kind is not Kind.AUDIO:
        yield f"a=ssrc-group:FID {line.ssrc} {line.repair_ssrc}"
    yield f"a=ssrc:{line.ssrc} {cname}"  # first: Chromium takes the first SSRC for the main stream
    if line.kind is not Kind.AUDIO:
        yield f"a=ssrc:{line.repair_ssrc} {cname}"


def _transport(ours: OurSide, credentials: Credentials) -> Iterator[str]:
    for index, endpoint in enumerate(ours.endpoints):
        priority = HOST_PRIORITY - 256 * index
        yield f"a=candidate:{index + 1} 1 udp {priority} {endpoint.host} {endpoint.port} typ host"
    yield "a=end-of-candidates"
    yield f"a=ice-ufrag:{credentials.ufrag}"
    yield f"a=ice-pwd:{credentials.password}"
    yield f"a=fingerprint:sha-256 {ours.fingerprint}"
    yield "a=setup:actpass"


def parse_answer(text: str) -> Answer:
    """What the answer settles; raises AnswerRefused if transport or identity is missing from it."""
    if len(text) > MAX_ANSWER:
        raise AnswerRefused("answer too long")
    ufrag = re.search(r"^a=ice-ufrag:([\w+/]{4,256})\s*$", text, re.M)
    prints = re.findall(r"^a=fingerprint:([\w-]+) ([0-9A-Fa-f:]+)\s*$", text, re.M)
    if ufrag is None or not prints:
        raise AnswerRefused("answer without ICE or DTLS parameters")
    if not re.search(r"^a=setup:active\s*$", text, re.M):
        raise AnswerRefused("answer does not take the active side of DTLS")
    streams, repairs = _sources(text)
    sections = re.split(r"^(?=m=)", text, flags=re.M)[1:]
    up = "".join(section for section in sections if _mid(section) in UPLINK)
    down = "".join(section for section in sections if _mid(section) not in UPLINK)
    counts = rf"^a=extmap:{TRANSPORT_SEQUENCE}(/\w+)? \S+transport-wide-cc\S*\s*$"
    return Answer(
        ufrag[1],
        {name.lower(): digest.upper() for name, digest in prints},
        transport_wide=_TRANSPORT_CC.search(up) is not None,
        repair=re.search(rf"^a=rtpmap:{VP8_REPAIR} rtx/90000\s*$", text, re.M) is not None,
        voice_repair=re.search(rf"^a=rtcp-fb:{OPUS} nack\s*$", up, re.M) is not None,
        counts_arrivals=_TRANSPORT_CC.search(down) is not None and re.search(counts, down, re.M) is not None,
        redundancy=re.search(rf"^a=rtpmap:{OPUS_RED} red/48000/2\s*$", down, re.M) is not None,
        rejected=frozenset(at for at, section in enumerate(sections) if re.match(r"m=\w+ 0 ", section)),
        streams=streams,
        repairs=repairs,
    )


def _mid(section: str) -> str:
    found = re.search(r"^a=mid:(\S+)", section, re.M)
    return found[1] if found else ""


def _sources(text: str) -> tuple[dict[int, str], dict[int, int]]:
    """SSRC to mid, and repair SSRC to the SSRC it repairs, as far as the uplink sections state them."""
    streams: dict[int, str] = {}
    repairs: dict[int, int] = {}
    for section in re.split(r"^(?=m=)", text, flags=re.M)[1:]:
        mid = _mid(section)
        if mid not in UPLINK:
            continue
        for main, repair in re.findall(r"^a=ssrc-group:FID (\d{1,10}) (\d{1,10})\s*$", section, re.M):
            repairs[int(repair)] = int(main)
        for ssrc in re.findall(r"^a=ssrc:(\d{1,10})", section, re.M):
            if int(ssrc) not in repairs:
                streams[int(ssrc)] = mid
    return streams, repairs
