"""The contract with the private names of aiortc, and what a handshake must survive."""

import contextlib
import importlib.metadata
import struct

import pytest
from aiortc.rtcdtlstransport import SRTP_AES128_CM_SHA1_80, RTCCertificate, SRTPProtectionProfile
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL

from rtc.net.dtls import MAX_DATAGRAM, PROFILES, Certificate, DtlsServer, pack_records
from rtc.plane import SrtpKeys


class Client:
    """A browser's half of the handshake."""

    def __init__(self, profiles: list[SRTPProtectionProfile] | None = None) -> None:
        self.certificate = RTCCertificate.generateCertificate()
        self.ssl = SSL.Connection(self.certificate._create_ssl_context(profiles or list(PROFILES)))
        self.ssl.set_connect_state()
        self.ssl.set_ciphertext_mtu(MAX_DATAGRAM)

    def step(self, datagrams: list[bytes]) -> list[bytes]:
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
        with contextlib.suppress(SSL.WantReadError):
            self.ssl.do_handshake()
        out = b""
        while True:
            try:
                out += self.ssl.bio_read(65535)
            except SSL.WantReadError:
                return pack_records(out)


def shake_hands(client: Client, server: DtlsServer) -> None:
    to_server = client.step([])
    for _ in range(8):
        if not to_server:
            return
        to_client = [answer for datagram in to_server for answer in server.receive(datagram)]
        to_server = client.step(to_client)


def test_the_pinned_versions_are_the_ones_in_use() -> None:
    assert importlib.metadata.version("aiortc") == "1.16.0"
    assert importlib.metadata.version("aioice") == "0.13.0"


def test_a_handshake_gives_both_sides_the_same_keys_under_aes_gcm() -> None:
    client, server = Client(), DtlsServer(Certificate())
    shake_hands(client, server)
    assert server.done
    keys = server.keys()
    material = bytes(client.ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (16 + 12)))
    assert keys == SrtpKeys(
        "SRTP_AEAD_AES_128_GCM",
        inbound=PROFILES[0].get_key_and_salt(material, 0),
        outbound=PROFILES[0].get_key_and_salt(material, 1),
    )


def test_an_old_phone_gets_counter_mode() -> None:
    client, server = Client([SRTP_AES128_CM_SHA1_80]), DtlsServer(Certificate())
    shake_hands(client, server)
    keys = server.keys()
    assert keys is not None
    assert keys.profile == "SRTP_AES128_CM_SHA1_80"


def test_only_the_stated_certificate_matches() -> None:
    client, other, server = Client(), Client(), DtlsServer(Certificate())
    shake_hands(client, server)
    stated = {f.algorithm: f.value for f in client.certificate.getFingerprints()}
    wrong = {f.algorithm: f.value for f in other.certificate.getFingerprints()}
    assert all(server.matches(name, digest) for name, digest in stated.items())
    assert not any(server.matches(name, digest) for name, digest in wrong.items())
    assert not server.matches("sha-1", stated["sha-256"])


def test_a_farewell_is_noticed() -> None:
    client, server = Client(), DtlsServer(Certificate())
    shake_hands(client, server)
    client.ssl.shutdown()
    for datagram in client.step([]):
        server.receive(datagram)
    assert server.closed_by_peer


def test_a_lost_flight_is_sent_again() -> None:
    client, server = Client(), DtlsServer(Certificate())
    for datagram in client.step([]):
        first = server.receive(datagram)
    assert first
    wait_s = server.timeout_s()
    assert wait_s is not None
    assert 0 < wait_s <= 1.1


@pytest.mark.parametrize(
    "junk", [b"\x16\xfe\xfd" + bytes(10), b"\x17" * 13, b"\x14" + bytes(60), b"\x3f" * 1400]
)
def test_junk_before_the_handshake_does_no_harm(junk: bytes) -> None:
    client, server = Client(), DtlsServer(Certificate())
    server.receive(junk)
    shake_hands(client, server)
    assert server.done


@given(sizes=st.lists(st.integers(0, 1100), max_size=20))
def test_records_are_packed_whole_and_in_order(sizes: list[int]) -> None:
    records = [b"\x16\xfe\xfd" + bytes(8) + struct.pack("!H", size) + bytes(size) for size in sizes]
    datagrams = pack_records(b"".join(records))
    assert b"".join(datagrams) == b"".join(records)
    assert all(len(datagram) <= MAX_DATAGRAM for datagram in datagrams)
    borders = {sum(len(r) for r in records[:n]) for n in range(len(records) + 1)}
    assert {sum(len(d) for d in datagrams[:n]) for n in range(len(datagrams) + 1)} <= borders
