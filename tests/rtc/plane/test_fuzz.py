"""Hostile datagrams, a great many: the plane in C under the sanitizers, and what Python reads."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from aioice import stun
from OpenSSL import SSL

from rtc.core.rtcp import (
    ReportBlock,
    SenderReport,
    parse_rtcp,
    write_nack,
    write_receiver_report,
    write_sender_report,
)
from rtc.net.dtls import Certificate, DtlsServer
from rtc.net.ice import Credentials, addressee, answer
from rtc.plane.build import LIBRARIES, SOURCES
from tests.rtc.planes import need

pytestmark = pytest.mark.soak
SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
ROUNDS = 2_000_000
OURS = Credentials("ours", "password-of-ours-in-twenty")


def test_the_plane_in_c_survives_what_is_sent_to_it(tmp_path: Path) -> None:
    need("native")
    program = tmp_path / "fuzz"
    sources = [Path(__file__).with_name("fuzz.c"), *sorted(SOURCES.glob("*.c"))]
    subprocess.run(["cc", *SANITIZERS, f"-I{SOURCES}", "-o", program, *sources, *LIBRARIES], check=True)
    for seed in (1, 5, 9, 14):  # with both ciphers
        done = subprocess.run(
            [program, str(seed), str(ROUNDS)], capture_output=True, text=True, check=False, timeout=1200
        )
        assert done.returncode == 0, f"seed {seed}: {done.stdout}{done.stderr[:4000]}"


def _check() -> bytes:
    request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
    request.attributes["USERNAME"] = "ours:theirs"
    request.attributes["USE-CANDIDATE"] = None
    request.add_message_integrity(OURS.password.encode())
    return bytes(request)


def _hello() -> bytes:
    client = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    client.set_connect_state()
    client.set_ciphertext_mtu(1200)
    with pytest.raises(SSL.WantReadError):
        client.do_handshake()
    return client.bio_read(2048)


def _reports() -> bytes:
    block = ReportBlock(5, 1, 2, 3, 4, 5, 6)
    parts = (write_sender_report(SenderReport(1, 2, 3, 4, 5)), write_receiver_report([block, block]))
    return b"".join(parts) + write_nack(7, [1, 2, 90])


def _spoiled(rng: Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    for _ in range(rng.randrange(6)):
        spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
    return bytes(spoiled[: rng.randrange(len(spoiled) + 1)] if rng.randrange(4) == 0 else spoiled)


def _stun(data: bytes) -> None:
    if len(data) >= 20 and int.from_bytes(data[2:4], "big") == len(data) - 20:
        addressee(data)
        answer(data, ("192.0.2.7", 9), OURS)


CERTIFICATE = Certificate()


def _shake_hands(data: bytes) -> None:
    if len(data) >= 13:  # as the port lets through
        DtlsServer(CERTIFICATE).receive(data)


@pytest.mark.parametrize(
    ("genuine", "read", "rounds"),
    [
        (_reports, parse_rtcp, 300_000),
        (_check, _stun, 100_000),
        (_hello, _shake_hands, 20_000),
    ],
    ids=["reports", "checks", "handshakes"],
)
def test_what_strangers_send_raises_nothing(
    genuine: Callable[[], bytes], read: Callable[[bytes], object], rounds: int
) -> None:
    rng, data = Random(4), genuine()
    for _ in range(rounds):
        read(_spoiled(rng, data))
