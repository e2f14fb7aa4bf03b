"""Offers that browsers accept, answers as they write them."""

import pytest
from aiortc.sdp import SessionDescription
from hypothesis import given
from hypothesis import strategies as st

from rtc.core.packets import OPUS, OPUS_RED, VP8, VP8_REPAIR, Kind
from rtc.core.signalling import ScreenLine, SlotLine
from rtc.errors import AnswerRefused
from rtc.net.ice import Credentials
from rtc.net.port import Endpoint
from rtc.net.sdp import MAX_ANSWER, OurSide, offer, parse_answer

OURS = OurSide(7, "AA:BB", (Endpoint("192.0.2.1", 5000), Endpoint("127.0.0.1", 5000)))
LINES = (SlotLine("2", Kind.AUDIO, 10, 11, "pair0"), SlotLine("3", Kind.VIDEO, 20, 21, "pair0"))

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
m=audio 9 UDP/TLS/RTP/SAVPF 63 111
a=mid:2
a=recvonly
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
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

# Written after WebKit's code, not recorded: Safari takes libwebrtc's descriptions; before 12.1 it has no VP8.
NEW_SAFARI = """v=0
o=- 3141592653589793238 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:sFri
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 0A:1B
a=setup:active
a=mid:0
a=extmap:6 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:- 5A4D
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=ssrc:801 cname:webkit
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=ice-ufrag:sFri
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 0A:1B
a=setup:active
a=mid:1
a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rid:l send
a=rid:h send
a=simulcast:send l;h
""".replace("\n", "\r\n")
OLD_SAFARI = """v=0
o=- 2718281828459045235 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=msid-semantic: WMS 5A4D
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:oldS
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=ice-options:trickle
a=fingerprint:sha-256 0A:1B
a=setup:active
a=mid:0
a=extmap:6 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=ssrc:801 cname:webkit
a=ssrc:801 msid:5A4D a0
a=ssrc:801 mslabel:5A4D
a=ssrc:801 label:a0
m=video 0 UDP/TLS/RTP/SAVPF 0
c=IN IP4 0.0.0.0
a=inactive
a=mid:1
""".replace("\n", "\r\n")


def test_an_offer_is_read_as_meant() -> None:
    text = offer(OURS, Credentials("ours", "password"), 3, LINES)
    read = SessionDescription.parse(text)
    assert [m.rtp.muxId for m in read.media] == ["0", "1", "2", "3"]
    assert [m.direction for m in read.media] == ["recvonly", "recvonly", "sendonly", "sendonly"]
    assert [c.payloadType for c in read.media[1].rtp.codecs] == [VP8, VP8_REPAIR]
    assert [c.payloadType for c in read.media[2].rtp.codecs] == [OPUS_RED, OPUS]
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
    assert (answer.counts_arrivals, answer.redundancy) == (True, True)
    assert answer.streams == {801: "0", 901: "1"}
    assert answer.repairs == {902: 901}


def test_firefoxes_answer_without_repairs_is_taken() -> None:
    answer = parse_answer(FIREFOX)
    assert (answer.transport_wide, answer.repair) == (False, False)
    assert answer.streams == {5: "0"}


def test_a_new_safari_sends_layers_that_its_packets_name() -> None:
    answer = parse_answer(NEW_SAFARI)
    assert (answer.ufrag, answer.transport_wide, answer.repair) == ("sFri", True, True)
    assert (answer.counts_arrivals, answer.redundancy) == (False, False), "it was offered nothing to receive"
    assert answer.streams == {801: "0"}
    assert answer.repairs == {}


def test_an_old_safari_without_our_codec_is_heard() -> None:
    answer = parse_answer(OLD_SAFARI)
    assert (answer.ufrag, answer.transport_wide, answer.repair) == ("oldS", False, False)
    assert answer.streams == {801: "0"}
    assert answer.rejected == {1}
    assert not parse_answer(CHROMIUM).rejected


def test_two_layers_are_asked_for_of_the_camera_alone() -> None:
    sections = offer(OURS, Credentials("ours", "password"), 1, LINES).split("m=")[1:]
    asked = "a=rid:l recv\r\na=rid:h recv\r\na=simulcast:recv l;h\r\n"
    assert [asked in section for section in sections] == [False, True, False, False]


def test_a_screen_is_asked_for_whole_and_sent_beside_the_person() -> None:
    lines = (*LINES, SlotLine("sd", Kind.SCREEN, 30, 31, "screen"), ScreenLine())
    text = offer(OURS, Credentials("ours", "password"), 4, lines)
    read = SessionDescription.parse(text)
    assert [m.rtp.muxId for m in read.media] == ["0", "1", "2", "3", "sd", "su"]
    assert [(m.kind, m.direction) for m in read.media[4:]] == [("video", "sendonly"), ("video", "recvonly")]
    assert [c.payloadType for c in read.media[5].rtp.codecs] == [VP8, VP8_REPAIR]
    assert "simulcast" not in text.split("m=")[6]
    assert "a=ssrc-group:FID 30 31" in text


def test_an_answer_settles_whose_stream_the_screen_is() -> None:
    section = "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:su\r\na=sendonly\r\n"
    section += "a=ssrc-group:FID 701 702\r\na=ssrc:701 cname:c\r\na=ssrc:702 cname:c\r\n"
    answer = parse_answer(CHROMIUM + section)
    assert answer.streams == {801: "0", 901: "1", 701: "su"}
    assert answer.repairs == {902: 901, 702: 701}
    assert answer.counts_arrivals


def test_a_server_with_an_ipv6_address_offers_it() -> None:
    ours = OurSide(7, "AA:BB", (Endpoint("2001:db8::7", 5000), Endpoint("192.0.2.1", 5000)))
    read = SessionDescription.parse(offer(ours, Credentials("ours", "password"), 1, LINES))
    assert [c.ip for c in read.media[0].ice_candidates] == ["2001:db8::7", "192.0.2.1"]
    assert {media.host for media in read.media} == {"::"}


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
