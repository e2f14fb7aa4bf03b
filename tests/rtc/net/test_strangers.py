"""What strangers send does not reach a library, and harms nobody's session."""

import asyncio
import socket
from collections.abc import Mapping
from random import Random

import pytest
from aioice import stun

from odr.demo.medium import MediaBot, moving_bars
from rtc.core.events import Ending
from rtc.errors import NoAddress
from rtc.net import ice
from rtc.net.port import MAX_DATAGRAM, UdpPort
from rtc.plane import Path
from rtc.settings import MediaAddress, MediaSettings
from tests.rtc.conftest import Stage, run_stage

LAST = b"\x80last to come"
HOME = MediaAddress("127.0.0.1", "127.0.0.1")


class Ear:
    """A receiver that remembers which kind of datagram passed the door."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.last_came = asyncio.Event()

    def on_stun(self, data: bytes, path: Path) -> None:
        self.heard.append("stun")

    def on_dtls(self, data: bytes, path: Path) -> None:
        self.heard.append("dtls")

    def on_srtp(self, data: bytes, path: Path) -> None:
        if data == LAST:
            self.last_came.set()
        else:
            self.heard.append("srtp")


class Page:
    """What one page is offered."""

    sdp = ""

    def say(self, event: str, payload: Mapping[str, object]) -> None:
        if event == "offer":
            self.sdp = str(payload["sdp"])

    def hang_up(self, ending: Ending) -> None: ...


def check(ufrag: str, password: str, *, nominate: bool = True) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{ufrag}:theirs"
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(password.encode())
    return bytes(message)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", None),
        (b"\x80", None),
        (b"\x80" * 11, None),
        (b"\x80" * 12, "srtp"),
        (b"\x80" * (MAX_DATAGRAM + 1), None),
        (b"\x16" * 12, None),
        (b"\x16" * 13, "dtls"),
        (b"\x00" * 20, None),  # no cookie
        pytest.param(check("u", "p"), "stun", id="check"),
        pytest.param(check("u", "p") + b"\x00", None, id="a length that lies"),
        (b"\x40" * 40, None),  # TURN channel data
        (b"\xff" * 40, None),
        (b"GET / HTTP/1.1\r\n\r\n", None),
    ],
)
async def test_only_sound_datagrams_pass_the_door(data: bytes, kind: str | None) -> None:
    port, ear = UdpPort([HOME], 0), Ear()
    port.start(ear)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(data, ("127.0.0.1", port.port))
        stranger.sendto(LAST, ("127.0.0.1", port.port))
        async with asyncio.timeout(20):
            await ear.last_came.wait()
    port.close()
    assert ear.heard == ([kind] if kind else [])
    assert port.dropped == (0 if kind else 1)


def test_a_check_with_the_wrong_password_is_no_check() -> None:
    ours = ice.Credentials("ours", "right-password")
    assert ice.answer(check("ours", "right-password"), ("192.0.2.1", 9), ours) is not None
    assert ice.answer(check("ours", "wrong-password"), ("192.0.2.1", 9), ours) is None
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, attributes={"USERNAME": "ours:theirs"})
    assert ice.answer(bytes(message), ("192.0.2.1", 9), ours) is None


async def test_a_check_that_comes_by_ipv6_is_answered_there() -> None:
    page = Page()
    try:
        async with run_stage(MediaSettings(addresses="::1")) as stage:  # type: ignore[arg-type]  # as from the environment
            stage.engine.join(stage.ticket("anna"), page)
            ufrag, password = (page.sdp.split(f"a=ice-{name}:")[1].split()[0] for name in ("ufrag", "pwd"))
            with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as peer:
                peer.bind(("::1", 0))
                peer.setblocking(False)
                peer.sendto(check(ufrag, password), stage.engine.endpoints[0])
                async with asyncio.timeout(20):
                    answer = stun.parse_message(await asyncio.get_running_loop().sock_recv(peer, 2048))
                assert answer.attributes["XOR-MAPPED-ADDRESS"] == peer.getsockname()[:2]
    except NoAddress:
        pytest.skip("this machine has no IPv6")


def test_the_addressee_is_found_without_the_library() -> None:
    assert ice.addressee(check("ours", "p")) == "ours"
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, attributes={"USERNAME": "ours:x"})
    assert ice.addressee(bytes(response)) is None


def strange_datagrams(count: int, rng: Random, real: list[bytes]) -> list[bytes]:
    """Noise of every first byte, and sound packets with bytes changed."""
    made = []
    for _ in range(count):
        if rng.randrange(2):
            made.append(rng.randbytes(rng.randrange(0, 300)))
            continue
        data = bytearray(rng.choice(real))
        for _ in range(rng.randrange(1, 6)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        made.append(bytes(data[: rng.randrange(1, len(data) + 1)]))
    return made


async def test_ten_thousand_strange_datagrams_harm_no_session(stage: Stage) -> None:
    async def ticket() -> str:
        return stage.ticket("anna")

    async def other_ticket() -> str:
        return stage.ticket("bo")

    stage.everybody("anna", "bo")
    anna = MediaBot(stage.url, ticket, picture=moving_bars(5))
    bo = MediaBot(stage.url, other_ticket, picture=moving_bars(9))
    await anna.join()
    await bo.join()
    async with asyncio.timeout(20):
        await bo.until(lambda: bo.frames["anna"] > 3)
    (seated,) = [s for s in stage.engine._seated.values() if s.seat == "anna"]
    ours = seated.transport.credentials
    real = [
        check(ours.ufrag, ours.password),
        check(ours.ufrag, "a guess"),
        b"\x16\xfe\xfd" + bytes(8) + b"\x00\x20" + bytes(32),
        b"\x80\x60" + bytes(60),
        b"\x81\xc9\x00\x07" + bytes(40),
    ]
    target = stage.engine.endpoints[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        # A stranger that even knows a password and so is let in: its media must still fail.
        stranger.sendto(check(ours.ufrag, ours.password, nominate=False), target)
        for number, datagram in enumerate(strange_datagrams(10_000, Random(11), real)):
            stranger.sendto(datagram, target)
            if number % 50 == 0:
                await asyncio.sleep(0)
    assert stage.engine.dropped > 1000
    seen = bo.frames["anna"], bo.voices["anna"]
    async with asyncio.timeout(20):
        await bo.until(lambda: bo.frames["anna"] > seen[0] + 5 and bo.voices["anna"] > seen[1] + 5)
    await anna.leave()
    await bo.leave()


def test_addresses_share_one_port() -> None:
    port = UdpPort([HOME, MediaAddress("203.0.113.5", "127.0.0.2")], 0)
    assert {(e.host, e.port) for e in port.endpoints} == {
        ("127.0.0.1", port.port),
        ("203.0.113.5", port.port),
    }
