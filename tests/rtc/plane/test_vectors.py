"""The SRTP of the plane in C against the vectors of its standards, and against libsrtp."""

import ctypes
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylibsrtp import Policy, Session

from rtc.plane.build import library
from tests.rtc.core.streams import rtp
from tests.rtc.planes import need

KEY = bytes(range(16))
SALT = bytes.fromhex("517569642070726f2071756f")
TEXT = bytes.fromhex("47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573")
PROFILES = {1: Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 0: Policy.SRTP_PROFILE_AES128_CM_SHA1_80}


@pytest.fixture(scope="module")
def c() -> ctypes.CDLL:
    need("native")
    loaded = ctypes.CDLL(str(library()))
    loaded.srtp_open.restype = loaded.srtp_open_session.restype = ctypes.c_void_p
    for name in ("srtp_protect", "srtp_unprotect", "srtcp_protect", "srtcp_unprotect"):
        getattr(loaded, name).argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    loaded.srtp_close.argtypes = [ctypes.c_void_p]
    return loaded


def run(function: Callable[..., int], way: int, data: bytes) -> bytes | None:
    """What is in the buffer afterwards; None if it was refused."""
    buffer = ctypes.create_string_buffer(data, len(data) + 64)
    size = function(way, buffer, len(data))
    return buffer.raw[:size] if size >= 0 else None


def test_keys_are_derived_as_in_rfc_3711_appendix_b3(c: ctypes.CDLL) -> None:
    master = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE41390EC675AD498AFEEBB6960B3AABE6")
    expected = {
        0: "C61E7A93744F39EE10734AFE3FF7A087",
        2: "30CBBC08863D8C85D49DB34A9AE1",
        1: "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4",
    }
    for label, derived in expected.items():
        out = ctypes.create_string_buffer(len(derived) // 2)
        assert c.srtp_derive(master, 14, label, out, len(out))
        assert out.raw.hex().upper() == derived


def test_a_packet_is_sealed_as_in_rfc_7714_section_16_1_1(c: ctypes.CDLL) -> None:
    packet = bytes.fromhex("8040f17b8041f8d35501a0b2") + TEXT
    sealed = (
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833"
        "899d7f27beb16a9152cf765ee4390cce"
    )
    out, into = c.srtp_open_session(KEY, SALT, None, 1), c.srtp_open_session(KEY, SALT, None, 0)
    assert (run(c.srtp_protect, out, packet) or b"").hex() == sealed
    assert run(c.srtp_unprotect, into, bytes.fromhex(sealed)) == packet
    c.srtp_close(out)
    c.srtp_close(into)


def test_a_report_is_opened_as_in_rfc_7714_section_17(c: ctypes.CDLL) -> None:
    report = bytes.fromhex(
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
        "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
    )
    sealed = bytes.fromhex(
        "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded"
        "0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"
    )
    into = c.srtp_open_session(KEY, SALT, None, 0)
    assert run(c.srtcp_unprotect, into, sealed) == report
    assert run(c.srtcp_unprotect, into, sealed) is None, "a second time"
    c.srtp_close(into)


@pytest.mark.parametrize("gcm", [1, 0])
@given(
    payload=st.binary(max_size=1200),
    starts=st.integers(0, 0xFFFF),
    steps=st.lists(st.integers(1, 300), min_size=1, max_size=20),
)
def test_libsrtp_reads_what_we_write_and_we_read_what_it_writes(
    c: ctypes.CDLL, gcm: int, payload: bytes, starts: int, steps: list[int]
) -> None:
    """Also across the roll-over of the sequence number, and for reports."""
    key = bytes(range(28 if gcm else 30))
    ours_out, ours_in = c.srtp_open(key, gcm, 1), c.srtp_open(key, gcm, 0)
    theirs_in = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=PROFILES[gcm]))
    theirs_out = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=PROFILES[gcm]))
    number = starts
    for step in steps:
        number += step
        packet = rtp(96, number, 77, 5, payload, {1: b"1"})
        assert theirs_in.unprotect(run(c.srtp_protect, ours_out, packet) or b"") == packet
        assert run(c.srtp_unprotect, ours_in, theirs_out.protect(packet)) == packet
    report = bytes.fromhex("80c9000100000007") + payload[: len(payload) // 4 * 4]
    assert theirs_in.unprotect_rtcp(run(c.srtcp_protect, ours_out, report) or b"") == report
    assert run(c.srtcp_unprotect, ours_in, theirs_out.protect_rtcp(report)) == report
    c.srtp_close(ours_out)
    c.srtp_close(ours_in)


@pytest.mark.parametrize("gcm", [0, 1])
def test_each_reporter_of_a_peer_counts_by_itself(c: ctypes.CDLL, gcm: int) -> None:
    """A browser reports from every stream it sends, each with its own count (RFC 3711 section 3.2.3)."""
    key = bytes(range(28 if gcm else 30))
    into = c.srtp_open(key, gcm, 0)
    theirs = Session(Policy(key=key, ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=PROFILES[gcm]))
    for ssrc in [1] * 90 + [2, 3] + [1] * 90 + [2, 3]:
        report = bytes.fromhex("80c90001") + ssrc.to_bytes(4, "big")
        sealed = theirs.protect_rtcp(report)
        assert run(c.srtcp_unprotect, into, sealed) == report
        assert run(c.srtcp_unprotect, into, sealed) is None, "a second time"
    c.srtp_close(into)


@given(order=st.permutations(range(40)), far=st.integers(1, 5))
def test_a_packet_is_taken_once_in_whatever_order_it_comes(
    c: ctypes.CDLL, order: list[int], far: int
) -> None:
    """Within a window of 1,024; what is older is refused."""
    key, stride = bytes(28), 25
    out, into = c.srtp_open(key, 1, 1), c.srtp_open(key, 1, 0)
    sealed = {n: run(c.srtp_protect, out, rtp(96, 3000 + n * stride, 1, 5, b"x")) for n in range(40)}
    taken = [n for n in order for _ in range(2) if run(c.srtp_unprotect, into, sealed[n] or b"") is not None]
    assert taken == order, "each once: 39 x 25 lies within the window"
    run(c.srtp_protect, out, rtp(96, 3000 + 39 * stride + 900, 1, 5, b"x"))
    newest = run(c.srtp_protect, out, rtp(96, 3000 + 39 * stride + 1024 + far, 1, 5, b"x"))
    assert run(c.srtp_unprotect, into, newest or b"") is not None
    assert run(c.srtp_unprotect, into, sealed[39] or b"") is None
    c.srtp_close(out)
    c.srtp_close(into)


@given(data=st.binary(max_size=200), at=st.integers(0, 60), bit=st.integers(0, 7))
def test_what_is_forged_or_broken_is_refused(c: ctypes.CDLL, data: bytes, at: int, bit: int) -> None:
    for gcm in (0, 1):
        out, into = c.srtp_open(bytes(30), gcm, 1), c.srtp_open(bytes(30), gcm, 0)
        assert run(c.srtp_unprotect, into, data) is None
        assert run(c.srtcp_unprotect, into, data) is None
        sealed = bytearray(run(c.srtp_protect, out, rtp(96, 9, 1, 5, bytes(40))) or b"")
        sealed[at] ^= 1 << bit
        assert run(c.srtp_unprotect, into, bytes(sealed)) is None
        c.srtp_close(out)
        c.srtp_close(into)
