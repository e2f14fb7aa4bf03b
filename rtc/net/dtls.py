"""DTLS-SRTP (RFC 5764), always as the passive side: a browser then offers AES-GCM.

Rule 1: the private names of aiortc are used in this file alone, and its version is pinned.
Rule 2: no socket: datagrams come in, datagrams go out, and the time of the next retransmission.
"""

import struct

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    certificate_digest,
)
from cryptography import x509
from OpenSSL import SSL

from rtc.plane import SrtpKeys

MAX_DATAGRAM = 1200
EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"
PROFILES = (SRTP_AEAD_AES_128_GCM, SRTP_AES128_CM_SHA1_80)  # CM for old phones
STRONG_DIGESTS = ("sha-256", "sha-384", "sha-512")
_RECORD_HEADER = 13


class Certificate:
    """The server's self-signed identity, stated in each offer by its fingerprint."""

    def __init__(self) -> None:
        self._certificate = RTCCertificate.generateCertificate()
        self.context: SSL.Context = self._certificate._create_ssl_context(list(PROFILES))

    @property
    def fingerprint(self) -> str:
        prints = {f.algorithm: f.value for f in self._certificate.getFingerprints()}
        return str(prints["sha-256"])


class DtlsServer:
    """One handshake and what follows it."""

    def __init__(self, certificate: Certificate) -> None:
        self._ssl = SSL.Connection(certificate.context)
        self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(MAX_DATAGRAM)
        self.done = False
        self.failed = False
        self.closed_by_peer = False

    def receive(self, datagram: bytes) -> list[bytes]:
        """Take one datagram (one write each: a ClientHello spans two); what to send back."""
        if self.failed:
            return []
        self._ssl.bio_write(datagram)
        if self.done:
            self._drain()
        else:
            self._shake_hands()
        return self._outgoing()

    def _shake_hands(self) -> None:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            return
        except SSL.Error:
            self.failed = True
        else:
            self.done = True

    def _drain(self) -> None:
        """Read on after the handshake: a lost last flight is answered here, and a farewell noticed."""
        try:
            self._ssl.recv(MAX_DATAGRAM)
        except SSL.ZeroReturnError:
            self.closed_by_peer = True
        except SSL.Error:
            return

    def timeout_s(self) -> float | None:
        """Until the next retransmission; None when nothing waits."""
        seconds: float | None = self._ssl.DTLSv1_get_timeout()
        return seconds

    def timed_out(self) -> list[bytes]:
        self._ssl.DTLSv1_handle_timeout()
        return self._outgoing()

    def farewell(self) -> list[bytes]:
        try:
            self._ssl.shutdown()
        except SSL.Error:
            return []
        return self._outgoing()

    def matches(self, algorithm: str, digest: str) -> bool:
        """Whether the peer's certificate is the one its answer stated."""
        certificate = self._ssl.get_peer_certificate()
        if certificate is None or algorithm not in STRONG_DIGESTS:
            return False
        return _digest(certificate.to_cryptography(), algorithm) == digest.upper()

    def keys(self) -> SrtpKeys | None:
        """None if the peer took none of our SRTP profiles."""
        chosen = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in PROFILES if p.openssl_profile == chosen), None)
        if profile is None:
            return None
        size = 2 * (profile.key_length + profile.salt_length)
        material = bytes(self._ssl.export_keying_material(EXPORTER_LABEL, size))
        client, server = (profile.get_key_and_salt(material, side) for side in (0, 1))
        return SrtpKeys(profile.openssl_profile.decode(), inbound=client, outbound=server)

    def _outgoing(self) -> list[bytes]:
        pending = bytearray()
        while True:
            try:
                pending += self._ssl.bio_read(65535)
            except SSL.Error:
                return pack_records(bytes(pending))


def _digest(certificate: x509.Certificate, algorithm: str) -> str:
    return str(certificate_digest(certificate, algorithm)).upper()


def pack_records(stream: bytes) -> list[bytes]:
    """DTLS records in as few datagrams as fit: a memory BIO keeps no borders, and no record may be split."""
    datagrams: list[bytes] = []
    current = b""
    while len(stream) >= _RECORD_HEADER:
        (length,) = struct.unpack_from("!H", stream, 11)
        record, stream = stream[: _RECORD_HEADER + length], stream[_RECORD_HEADER + length :]
        if current and len(current) + len(record) > MAX_DATAGRAM:
            datagrams.append(current)
            current = b""
        current += record
    return [*datagrams, current] if current else datagrams
