"""Offers that browsers accept, answers as they write them."""

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from rtc.core.packets import OPUS, VP8, VP8_REPAIR, Kind
from rtc.core.signalling import SlotLine
from rtc.errors import AnswerRefused
from rtc.net.ice import Credentials
from rtc.net.port import Endpoint
from rtc.net.sdp import MAX_ANSWER, OurSide, offer, parse_answer

OURS = OurSide(7, "AA:BB", (Endpoint("192.0.2.1", 5000), Endpoint("127.0.0.1", 5000)))
LINES = (SlotLine("2", Kind.AUDIO, 10, 11, 0), SlotLine("3", Kind.VIDEO, 20, 21, 0))

# Cut to the lines that matter; Chromium 140 and Firefox 140 answering the offer above.
CHROMIUM = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=ice-ufrag:Xy+/
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 0a:1B
a=setup:active
a=mid:0
a=sendonly
a=rtcp-fb:111 transport-cc
a=ssrc:801 cname:c
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:1
a=sendonly
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 transport-cc
a=rtpmap:97 rtx/90000
a=ssrc-group:FID 901 902
a=ssrc:901 cname:c
a=ssrc:902 cname:c
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:3
a=recvonly
a=ssrc:999 cname:c
""".replace("\n", "\r\n")
FIREFOX = """v=0
a=fingerprint:sha-256 AA:BB
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=ice-ufrag:12345678
a=mid:0
a=setup:active
a=ssrc:5 cname:{c}
m=video 0 UDP/TLS/RTP/SAVPF 96
a=bundle-only
a=mid:1
""".replace("\n", "\r\n")


def test_an_offer_is_read_as_meant() -> None:
    text = offer(OURS, Credentials("ours", "password"), 3, LINES)
    read = SessionDescription.parse(text)
    assert [m.rtp.muxId for m in read.media] == ["0", "1", "2", "3"]
    assert [m.direction for m in read.media] == ["recvonly", "recvonly", "sendonly", "sendonly"]
    assert [c.payloadType for c in read.media[1].rtp.codecs] == [VP8, VP8_REPAIR]
    assert [c.payloadType for c in read.media[2].rtp.codecs] == [OPUS]
    assert read.group[0].items == ["0", "1", "2", "3"]
    assert all(m.ice and m.ice.iceLite and m.ice.usernameFragment == "ours" for m in read.media)
    assert [(c.ip, c.port) for c in read.media[3].ice_candidates] == [
        ("192.0.2.1", 5000),
        ("127.0.0.1", 5000),
    ]


def test_the_main_stream_is_named_before_its_repair() -> None:
    """Chromium took the first SSRC of a section for the main stream: no picture was decoded."""
    text = offer(OURS, Credentials("ours", "password"), 1, LINES)
    assert text.index("a=ssrc:20 ") < text.index("a=ssrc:21 ")


def test_chromiums_answer_settles_streams_and_repairs() -> None:
    answer = parse_answer(CHROMIUM)
    assert answer.ufrag == "Xy+/"
    assert answer.fingerprints == {"sha-256": "0A:1B"}
    assert (answer.transport_wide, answer.repair) == (True, True)
    assert answer.streams == {801: "0", 901: "1"}
    assert answer.repairs == {902: 901}


def test_firefoxes_answer_without_repairs_is_taken() -> None:
    answer = parse_answer(FIREFOX)
    assert (answer.transport_wide, answer.repair) == (False, False)
    assert answer.streams == {5: "0"}


@pytest.mark.parametrize("missing", ["a=ice-ufrag:Xy+/", "a=fingerprint:sha-256 0a:1B", "a=setup:active"])
def test_an_answer_without_what_is_needed_is_refused(missing: str) -> None:
    with pytest.raises(AnswerRefused):
        parse_answer(CHROMIUM.replace(missing, "a=x"))


def test_an_answer_that_wants_to_be_passive_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        parse_answer(CHROMIUM.replace("setup:active", "setup:passive"))


def test_an_endless_answer_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        parse_answer(CHROMIUM + "a=x\r\n" * (MAX_ANSWER // 4))


@given(text=st.text(max_size=300), at=st.integers(0, len(CHROMIUM)))
def test_any_text_is_an_answer_or_refused(text: str, at: int) -> None:
    try:
        parse_answer(CHROMIUM[:at] + text + CHROMIUM[at:])
    except AnswerRefused:
        return
