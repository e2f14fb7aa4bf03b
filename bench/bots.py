"""Bots for load: each finds its way to a server by ICE and DTLS as a browser does, then C drives it."""

import asyncio
import ctypes
import secrets
import socket
import struct
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from OpenSSL import SSL, crypto

from rtc.net.dtls import EXPORTER_LABEL, MAX_DATAGRAM, pack_records

PROFILE = b"SRTP_AEAD_AES_128_GCM"
KEY_OCTETS, SALT_OCTETS = 16, 12
SETUP_S = 10.0
_SOURCE = Path(__file__).with_name("crowd.c")


class Outcome(ctypes.Structure):
    """What the crowd counted; times in microseconds from a sender's stamp to the receiver's kernel."""

    sent: int
    received: int
    expected: int
    lost: int
    opened: int
    refused: int
    controls: int
    unsent: int
    streams: int
    p50_us: int
    p95_us: int
    p99_us: int
    _fields_ = [
        ("sent", ctypes.c_int64),
        ("received", ctypes.c_int64),
        ("expected", ctypes.c_int64),
        ("lost", ctypes.c_int64),
        ("opened", ctypes.c_int64),
        ("refused", ctypes.c_int64),
        ("controls", ctypes.c_int64),
        ("unsent", ctypes.c_int64),
        ("streams", ctypes.c_int64),
        ("p50_us", ctypes.c_int64),
        ("p95_us", ctypes.c_int64),
        ("p99_us", ctypes.c_int64),
    ]


class Crowd:
    """The engine in C, built when it is first needed."""

    def __init__(self, folder: Path) -> None:
        """Raises CalledProcessError where no compiler or no libsrtp2 headers are."""
        built = folder / "libcrowd.so"
        subprocess.run(
            ["gcc", "-O2", "-shared", "-fPIC", "-o", str(built), str(_SOURCE), "-lsrtp2"], check=True
        )
        self._library = ctypes.CDLL(str(built))
        self._library.crowd_run.argtypes = [ctypes.c_double, ctypes.c_double]
        self._library.crowd_pace.argtypes = [ctypes.c_int64, ctypes.c_int]

    def add(self, bot: "Bot", *, sends: bool) -> None:
        keys = bot.keys()
        refused = self._library.crowd_add(
            bot.sock.fileno(), *keys, int(sends), ctypes.c_uint32(bot.picture), ctypes.c_uint32(bot.voice)
        )
        if refused:
            raise RuntimeError("the crowd took no further member")

    def remove(self, bot: "Bot") -> None:
        """Not while it runs."""
        self._library.crowd_remove(bot.sock.fileno())

    def pace(self, picture_us: int, at_once: int = 1) -> None:
        """A packet of each picture every so many microseconds, or so many at once and as much later."""
        self._library.crowd_pace(picture_us, at_once)

    def run(self, warm_s: float, seconds: float) -> Outcome:
        """Blocks for all that time, without the interpreter's lock."""
        self._library.crowd_run(warm_s, seconds)
        outcome = Outcome()
        self._library.crowd_outcome(ctypes.byref(outcome))
        return outcome


@dataclass(frozen=True, slots=True)
class Remote:
    """What a description states about a server's transport."""

    ufrag: str
    password: str
    address: tuple[str, int]


def _certificate() -> tuple[SSL.Context, str]:
    """A context for DTLS clients and the fingerprint of its certificate."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bot")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(crypto.X509.from_cryptography(certificate))
    context.use_privatekey(crypto.PKey.from_cryptography_key(key))
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_tlsext_use_srtp(PROFILE)
    digest = crypto.X509.from_cryptography(certificate).digest("sha256").decode()
    return context, digest


_CONTEXT, FINGERPRINT = _certificate()


def _ssrc() -> int:
    return secrets.randbits(31) | 2


@dataclass(slots=True)
class Bot:
    """One transport: a socket, ICE credentials, a DTLS session, two streams."""

    host: str
    ufrag: str = field(default_factory=lambda: secrets.token_hex(4))
    password: str = field(default_factory=lambda: secrets.token_hex(12))
    picture: int = field(default_factory=_ssrc)
    voice: int = field(default_factory=_ssrc)
    sock: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    ssl: SSL.Connection = field(default_factory=lambda: SSL.Connection(_CONTEXT))
    through: Callable[[tuple[str, int]], tuple[str, int]] | None = None  # a relay on its way to a server
    layers: bool = False  # it sends its picture in two sizes where the server takes them

    def __post_init__(self) -> None:
        self.sock.setblocking(False)
        self.sock.bind((self.host, 0))

    async def connect(self, remote: Remote) -> None:
        """A nominated pair and a finished handshake; raises TimeoutError."""
        self.sock.connect(self.through(remote.address) if self.through else remote.address)
        async with asyncio.timeout(SETUP_S):
            await self._check(remote)
            await self._shake_hands()

    async def _check(self, remote: Remote) -> None:
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{remote.ufrag}:{self.ufrag}"
        request.attributes["PRIORITY"] = 1845494271
        request.attributes["ICE-CONTROLLING"] = secrets.randbits(64)
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(remote.password.encode())
        await self._repeat(bytes(request), lambda data: data[:2] == b"\x01\x01")

    async def _repeat(self, data: bytes, is_answer: Callable[[bytes], bool]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await loop.sock_sendall(self.sock, data)
            try:
                async with asyncio.timeout(0.5):
                    while not is_answer(await loop.sock_recv(self.sock, 2048)):
                        pass
            except (TimeoutError, ConnectionRefusedError):
                continue
            return

    async def _shake_hands(self) -> None:
        loop = asyncio.get_running_loop()
        self.ssl.set_connect_state()
        self.ssl.set_ciphertext_mtu(MAX_DATAGRAM)
        while True:
            try:
                self.ssl.do_handshake()
            except SSL.WantReadError:
                await self._flush(loop.sock_sendall)
            else:
                await self._flush(loop.sock_sendall)
                return
            try:
                async with asyncio.timeout(self.ssl.DTLSv1_get_timeout()):
                    data = await loop.sock_recv(self.sock, 2048)
            except TimeoutError:
                self.ssl.DTLSv1_handle_timeout()
                continue
            if 20 <= data[0] < 64:
                self.ssl.bio_write(data)
            elif data[:2] == b"\x00\x01":
                await loop.sock_sendall(self.sock, self.approve(data))

    def approve(self, request: bytes) -> bytes:
        """The answer to a server's own check."""
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=request[8:20],
        )
        response.attributes["XOR-MAPPED-ADDRESS"] = self.sock.getpeername()
        response.add_message_integrity(self.password.encode())
        return bytes(response)

    async def _flush(self, send: Callable[[socket.socket, bytes], Awaitable[None]]) -> None:
        pending = b""
        while True:
            try:
                pending += self.ssl.bio_read(65535)
            except SSL.WantReadError:
                break
        for datagram in pack_records(pending):
            await send(self.sock, datagram)

    def keys(self) -> tuple[bytes, bytes]:
        """Key and salt of what we send, and of what we receive (RFC 5764 section 4.2)."""
        both = 2 * (KEY_OCTETS + SALT_OCTETS)
        material = self.ssl.export_keying_material(EXPORTER_LABEL, both)
        client_key, server_key, client_salt, server_salt = struct.unpack("16s16s12s12s", material)
        return client_key + client_salt, server_key + server_salt

    def transport_lines(self, setup: str) -> list[str]:
        """What each section of a description repeats."""
        return [
            "c=IN IP4 0.0.0.0",
            "a=rtcp-mux",
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.password}",
            f"a=fingerprint:sha-256 {FINGERPRINT}",
            f"a=setup:{setup}",
            f"a=candidate:1 1 udp 2130706431 {self.host} {self.sock.getsockname()[1]} typ host",
        ]
