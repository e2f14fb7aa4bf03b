"""Our credentials at a real coturn, set up as `docs/operations.md` has it: the ways by UDP, TCP and TLS."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import aioice.stun
import pytest
from aioice.turn import TurnTransport, create_turn_endpoint

from rtc.net.turn import TurnServers
from tests.support.server import free_port

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
SECRET = b"north"
START_S, ANSWER_S = 30, 20

pytestmark = pytest.mark.skipif(shutil.which("turnserver") is None, reason="coturn is not installed")


@dataclass(frozen=True, slots=True)
class Relay:
    port: int
    tls_port: int

    async def way(self, kind: str, secret: bytes, inbox: "Inbox", now: datetime) -> TurnTransport:
        """An allocation by `kind` with what the media server would tell a page."""
        url = f"turn:{HERE}:{self.port}?transport={kind}"
        (told,) = TurnServers([url], secret).ice_servers("7", now)
        port, trust = (self.tls_port, trusting()) if kind == "tls" else (self.port, None)
        transport, _ = await create_turn_endpoint(
            lambda: inbox,
            (HERE, port),
            username=str(told["username"]),
            password=str(told["credential"]),
            ssl=trust,
            transport="udp" if kind == "udp" else "tcp",
        )
        return transport


class Inbox(asyncio.DatagramProtocol):
    """What comes, or why nothing does."""

    def __init__(self) -> None:
        self.came: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if not self.came.done():
            self.came.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self.came.done():
            self.came.set_exception(exc)


class Echo(asyncio.DatagramProtocol):
    """In the place of the media port."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(data[::-1], addr)


def trusting() -> ssl.SSLContext:
    """The certificate is of the test alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


@contextmanager
def coturn(folder: Path) -> Iterator[Relay]:
    relay = Relay(free_port(), free_port())
    key, cert, config = folder / "key.pem", folder / "cert.pem", folder / "turnserver.conf"
    subject = ["-subj", "/CN=turn.court.example", "-days", "2"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    made += ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(made, check=True, capture_output=True)  # noqa: S603
    config.write_text(
        f"use-auth-secret\nstatic-auth-secret={SECRET.decode()}\nrealm=court.example\n"
        f"listening-ip={HERE}\nrelay-ip={HERE}\nlistening-port={relay.port}\n"
        f"tls-listening-port={relay.tls_port}\ncert={cert}\npkey={key}\n"
        f"denied-peer-ip=0.0.0.0-255.255.255.255\nallowed-peer-ip={HERE}\nallow-loopback-peers\n"
        f"cli-password=unused\nno-cli\npidfile={folder / 'pid'}\nuserdb={folder / 'db'}\nlog-file=stdout\n",
        encoding="ascii",
    )
    config.chmod(0o644)
    command = ["turnserver", "-c", str(config)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)  # noqa: S603
    try:
        yield relay
    finally:
        process.terminate()
        process.wait(START_S)


@pytest.fixture
async def relay(tmp_path: Path) -> AsyncIterator[Relay]:
    with coturn(tmp_path) as relay:
        async with asyncio.timeout(START_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection(HERE, relay.tls_port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.05)  # it tells nobody when it is ready
                else:
                    writer.close()
                    break
        yield relay


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  coturn looks at its own clock


@pytest.mark.parametrize("kind", ["udp", "tcp", "tls"])
async def test_a_packet_takes_the_way_and_comes_back(kind: str, relay: Relay, now: datetime) -> None:
    inbox = Inbox()
    echo, _ = await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=(HERE, 0))
    with closing(echo), closing(await relay.way(kind, SECRET, inbox, now)) as way:
        async with asyncio.timeout(ANSWER_S):
            way.sendto(b"dtls", echo.get_extra_info("sockname"))
            assert await inbox.came == b"sltd"


async def test_who_has_another_secret_or_came_too_late_is_refused(relay: Relay, now: datetime) -> None:
    for secret, then in ((b"south", now), (SECRET, now - timedelta(hours=13))):
        with pytest.raises(aioice.stun.TransactionFailed, match="401"):
            await relay.way("udp", secret, Inbox(), then)


async def test_the_way_leads_to_the_media_server_alone(relay: Relay, now: datetime) -> None:
    inbox = Inbox()
    with closing(await relay.way("udp", SECRET, inbox, now)) as way:
        way.sendto(b"dtls", (ELSEWHERE, 9))
        with pytest.raises(aioice.stun.TransactionFailed, match="403"):
            async with asyncio.timeout(ANSWER_S):
                await inbox.came
