"""Both data planes keep the same promises, over real sockets and against libsrtp."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest
from pylibsrtp import Policy, Session

from rtc.core import rtcp
from rtc.core.bandwidth import ArrivalLog
from rtc.core.commands import SendRtp
from rtc.core.packets import TRANSPORT_SEQUENCE, Kind, Rtp, parse_rtp
from rtc.core.room import Room
from rtc.core.signalling import Answer
from rtc.plane import DataPlane, Path, SrtpKeys
from rtc.plane.native import NativePlane
from rtc.plane.python import PROFILES, REPLAY_WINDOW, PythonPlane
from rtc.recording.recorder import ssrc_of
from tests.rtc.core.streams import VOICE, Camera, Microphone, rtp
from tests.rtc.planes import PLANES, need

ANSWER = Answer("ufrag", {"sha-256": "AA"}, transport_wide=True, repair=True)
Address = tuple[str, int]
UDP_GRO, SO_NO_CHECK = 104, 11  # Linux's numbers, which Python does not name


def bound(host: str) -> socket.socket:
    """Any free port there."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, 0))
    sock.setblocking(False)
    return sock


class Peer:
    """One person: a socket, libsrtp, a camera and a microphone."""

    def __init__(self, number: int, profile: str, server: Address) -> None:
        self.number, self.profile, self.server = number, profile, server
        size = 28 if "GCM" in profile else 30
        self.keys = SrtpKeys(profile, bytes((number,)) * size, bytes((number + 100,)) * size)
        self.camera, self.microphone = Camera(900 + number), Microphone(800 + number)
        self.sock = bound(server[0])
        self._out = self._session(self.keys.inbound, Policy.SSRC_ANY_OUTBOUND)
        self._in = self._session(self.keys.outbound, Policy.SSRC_ANY_INBOUND)

    def _session(self, key: bytes, direction: int) -> Session:
        policy = Policy(key=key, ssrc_type=direction, srtp_profile=PROFILES[self.profile])
        policy.window_size = REPLAY_WINDOW
        return Session(policy)

    @property
    def path(self) -> Path:
        return Path(0, *self.sock.getsockname()[:2])

    def seal(self, packet: bytes) -> bytes:
        return self._out.protect(packet)

    def send(self, datagram: bytes) -> None:
        self.sock.sendto(datagram, self.server)

    def report(self, packet: bytes) -> None:
        self.send(self._out.protect_rtcp(packet))

    def open(self, datagram: bytes) -> bytes:
        return self._in.unprotect(datagram)

    async def hear(self) -> Rtp:
        """The next media packet."""
        while True:
            data = await self._next()
            if not 192 <= data[1] <= 223:
                return parse_rtp(self.open(data))

    async def hear_reports(self) -> list[rtcp.Report]:
        while True:
            data = await self._next()
            if 192 <= data[1] <= 223:
                return rtcp.parse_rtcp(self._in.unprotect_rtcp(data))

    async def _next(self) -> bytes:
        async with asyncio.timeout(5):
            return await asyncio.get_running_loop().sock_recv(self.sock, 2048)


class Stand:
    """A plane on a socket, a room of two, and what an engine does for them."""

    def __init__(self, plane: DataPlane, profile: str, host: str = "127.0.0.1") -> None:
        self.plane, self.strangers = plane, list[tuple[bytes, Path]]()
        self.sock = bound(host)
        self.room = Room("room", Random(3), plane.parts)
        self.peers = [Peer(number, profile, self.sock.getsockname()) for number in (1, 2)]
        self.arrived = asyncio.Event()

    def start(self) -> None:
        if not self.plane.start([self.sock], self._stranger):
            asyncio.get_running_loop().add_reader(self.sock.fileno(), self._read)
        self.room.set_routes(1, {"seat1": {"seat2"}, "seat2": {"seat1"}})
        for peer in self.peers:
            self.plane.admit(peer.path, peer.number)
            self.plane.aim(peer.number, peer.path)
            self.plane.open(peer.number, peer.keys, self.room, lambda data, to=peer: self._send(data, to))  # type: ignore[misc]
            self.room.join(peer.number, f"seat{peer.number}", 0.0)
        for peer in self.peers:
            self.room.offer(peer.number)
            self.room.settle(peer.number, ANSWER)
            self.room.connected(peer.number)

    def _stranger(self, data: bytes, path: Path) -> None:
        self.strangers.append((data, path))
        self.arrived.set()

    def _send(self, data: bytes, to: Peer) -> None:
        self.sock.sendto(data, to.sock.getsockname())

    def _read(self) -> None:
        data, address = self.sock.recvfrom(2048)
        number = next((p.number for p in self.peers if p.sock.getsockname() == address), None)
        if data[0] >> 6 != 2:
            self._stranger(data, Path(0, *address[:2]))
        elif number is not None:
            self.plane.receive(number, data, asyncio.get_running_loop().time())

    def stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self.sock.fileno())
        self.plane.stop()
        for sock in (self.sock, *(peer.sock for peer in self.peers)):
            sock.close()


@pytest.fixture(params=PLANES)
def plane(request: pytest.FixtureRequest) -> DataPlane:
    need(request.param)
    return NativePlane() if request.param == "native" else PythonPlane()


@pytest.fixture(params=sorted(PROFILES))
async def stand(request: pytest.FixtureRequest, plane: DataPlane) -> AsyncIterator[Stand]:
    stand = Stand(plane, request.param)
    stand.start()
    yield stand
    stand.stop()


async def test_a_picture_and_a_voice_reach_the_other(stand: Stand) -> None:
    anna, bo = stand.peers
    anna.send(anna.seal(anna.camera.key()))
    first = await bo.hear()
    anna.send(anna.seal(anna.camera.packet(b"\x00picture")))
    second = await bo.hear()
    assert (second.payload, second.sequence) == (b"\x00picture", (first.sequence + 1) & 0xFFFF)
    anna.send(anna.seal(anna.microphone.packet(dbov=12)))
    voice = await bo.hear()
    assert voice.ssrc != first.ssrc
    for _ in range(40):
        anna.send(anna.seal(anna.microphone.packet(dbov=12)))
        await bo.hear()
    track = stand.room.legs[1].tracks[Kind.AUDIO, ""]
    assert track.loudness.loudness == pytest.approx(115 * (1 - 0.9**41))
    assert track.reception.counts.received == 41


async def test_a_voice_crosses_ipv6_too(plane: DataPlane) -> None:
    try:
        stand = Stand(plane, "SRTP_AEAD_AES_128_GCM", "::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    stand.start()
    anna, bo = stand.peers
    try:
        anna.send(anna.seal(anna.microphone.packet()))
        assert (await bo.hear()).payload == VOICE
    finally:
        stand.stop()


async def test_what_is_forged_or_repeated_is_counted_and_goes_no_further(stand: Stand) -> None:
    anna, bo = stand.peers
    genuine = anna.seal(anna.microphone.packet())
    forged = genuine[:-1] + bytes((genuine[-1] ^ 1,))
    last = anna.seal(anna.microphone.packet())
    for datagram in (forged, genuine, genuine, last):
        anna.send(datagram)
    assert [(await bo.hear()).sequence for _ in range(2)]
    assert stand.plane.refused == 2


async def test_a_packet_that_is_a_thousand_late_is_still_taken(stand: Stand) -> None:
    anna, bo = stand.peers
    anna.send(anna.seal(anna.microphone.packet()))
    first = await bo.hear()
    late = anna.seal(anna.microphone.packet())
    for _ in range(1000):
        newest = anna.seal(anna.microphone.packet())
    anna.send(newest)
    assert ((await bo.hear()).sequence - first.sequence) & 0xFFFF == 1001
    anna.send(late)
    assert ((await bo.hear()).sequence - first.sequence) & 0xFFFF == 1


async def test_a_lost_packet_is_sent_again_when_it_is_asked_for(stand: Stand) -> None:
    anna, bo = stand.peers
    anna.send(anna.seal(anna.camera.key()))
    first = await bo.hear()
    bo.report(rtcp.write_receiver_report() + rtcp.write_nack(first.ssrc, [first.sequence]))
    repair = await bo.hear()
    assert repair.payload == first.sequence.to_bytes(2, "big") + first.payload


async def test_what_a_listener_reports_tells_of_its_line(stand: Stand) -> None:
    anna, bo = stand.peers
    stand.room.settle(2, replace(ANSWER, counts_arrivals=True))
    line, clock, numbers = stand.room.legs[2].line, asyncio.get_running_loop().time, list[int]()
    bo.send(bo.seal(bo.microphone.packet()))
    await anna.hear()
    until = clock() + 0.1
    while clock() < until:
        anna.send(anna.seal(anna.camera.key()))
        numbers.append(int.from_bytes((await bo.hear()).extensions[TRANSPORT_SEQUENCE], "big"))
    arrivals = ArrivalLog()
    for at, number in enumerate(numbers):  # as if they had come over half a second
        arrivals.arrived(number, 100 + 0.5 * at / len(numbers))
    feedback = arrivals.feedback(anna.camera.ssrc)
    assert feedback is not None
    assert not line.received_bits_per_s
    bo.report(rtcp.write_receiver_report() + feedback)
    anna.send(anna.seal(anna.camera.key()))
    await bo.hear()  # it was read after the report
    assert line.received_bits_per_s


async def packets_at_once(stand: Stand, sizes: list[int], first: int = 0) -> list[bytes]:
    """The datagrams, or several of one size in one, in which they come to the second of the stand."""
    _, bo = stand.peers
    bo.sock.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    packets = [rtp(96, number, 3000, 77, bytes(size)) for number, size in enumerate(sizes, first)]
    stand.plane.send([SendRtp(2, packet) for packet in packets])
    came, heard = list[bytes](), list[bytes]()
    while len(heard) < len(packets):
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().sock_recv(bo.sock, 0)
        data, notes, _, _ = bo.sock.recvmsg(65_535, 64)
        size = struct.unpack_from("=H", notes[0][2])[0] if notes else len(data)
        came.append(data)
        heard += (bo.open(data[at : at + size]) for at in range(0, len(data), size))
    assert heard == packets
    return came


@pytest.fixture(params=sorted(PROFILES))
async def native_stand(request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    need("native")
    stand = Stand(NativePlane(), request.param)
    stand.start()
    yield stand
    stand.stop()


async def test_packets_of_one_size_to_one_listener_leave_as_one_message(native_stand: Stand) -> None:
    came = await packets_at_once(native_stand, [900, 900, 900, 300, 1000, 20, 20])
    assert [len(data) // 900 for data in came] == [3, 1, 0]


async def test_a_way_that_takes_no_segments_gets_each_packet_by_itself(native_stand: Stand) -> None:
    native_stand.sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    for first in (0, 10):
        assert len(await packets_at_once(native_stand, [900, 900, 300], first)) == 3


async def test_feedback_reaches_the_sender(stand: Stand) -> None:
    anna, bo = stand.peers
    for packet in (anna.camera.key(), anna.camera.packet()):
        anna.send(anna.seal(packet))
        await bo.hear()
    stand.plane.send(stand.room.arrivals())
    stand.plane.send(stand.room.reports(1.0))
    told = [*await anna.hear_reports(), *await anna.hear_reports()]
    (report,) = [r for r in told if isinstance(r, rtcp.ReceiverReport) and r.blocks]
    assert (report.blocks[0].ssrc, report.blocks[0].lost) == (anna.camera.ssrc, 0)


async def test_after_new_routes_nothing_more_goes_where_they_forbid(stand: Stand) -> None:
    anna, bo = stand.peers
    anna.send(anna.seal(anna.microphone.packet()))
    await bo.hear()
    stand.room.set_routes(2, {"seat1": {"seat2"}})
    anna.send(anna.seal(anna.microphone.packet()))
    bo.send(bo.seal(bo.microphone.packet()))
    await anna.hear()  # the way back is open, and was used after the way there was closed
    with pytest.raises(BlockingIOError):
        bo.sock.recv(2048)


async def test_what_is_not_media_is_for_others(stand: Stand) -> None:
    anna, _ = stand.peers
    anna.send(b"\x00\x01 a check or a handshake")
    async with asyncio.timeout(5):
        await stand.arrived.wait()
    assert stand.strangers == [(b"\x00\x01 a check or a handshake", anna.path)]


async def test_a_closed_leg_is_neither_heard_nor_sent_to(stand: Stand) -> None:
    anna, bo = stand.peers
    anna.send(anna.seal(anna.microphone.packet()))
    await bo.hear()
    stand.plane.close(2)
    stand.room.leave(2)
    anna.send(anna.seal(anna.microphone.packet()))
    bo.send(bo.seal(bo.microphone.packet()))
    bo.send(b"\x00\x01 to see that all before it was read")
    async with asyncio.timeout(5):
        await stand.arrived.wait()
    with pytest.raises(BlockingIOError):
        bo.sock.recv(2048)
    with pytest.raises(BlockingIOError):
        anna.sock.recv(2048)


class Ear:
    """A recorder's place: what it is given, unprotected, by whom."""

    def __init__(self, stand: Stand) -> None:
        self.heard: asyncio.Queue[tuple[str, Kind, bytes, bool]] = asyncio.Queue()
        self._stand, self._tap = stand, stand.room.record(99)
        stand.plane.overhear(99, self._take)

    def _take(self, octets: bytes, control: bool) -> None:
        who = self._tap.who(ssrc_of(octets, control=control))
        assert who is not None
        self.heard.put_nowait((*who, octets, control))

    async def next(self) -> tuple[str, Kind, bytes, bool]:
        async with asyncio.timeout(5):
            return await self.heard.get()


async def test_a_recorder_is_given_what_the_routes_name_and_nothing_else(stand: Stand) -> None:
    anna, bo = stand.peers
    both = {"seat1": {"seat2"}, "seat2": {"seat1"}}
    ear = Ear(stand)
    anna.send(anna.seal(anna.microphone.packet()))
    await bo.hear()
    stand.room.set_routes(2, both, recorded={"seat1"})
    bo.send(bo.seal(bo.microphone.packet()))
    await anna.hear()
    anna.send(anna.seal(anna.microphone.packet()))
    seat, kind, octets, control = await ear.next()
    assert (seat, kind, control) == ("seat1", Kind.AUDIO, False)
    assert parse_rtp(octets).payload == VOICE
    await bo.hear()
    stand.room.set_routes(3, both)  # a caucus, or a consent withdrawn
    anna.send(anna.seal(anna.microphone.packet()))
    await bo.hear()
    assert ear.heard.empty()


async def test_a_recorder_is_told_the_wall_clock_of_a_sender(stand: Stand) -> None:
    anna, bo = stand.peers
    ear = Ear(stand)
    stand.room.set_routes(2, {"seat2": {"seat1"}}, recorded={"seat1"})
    anna.send(anna.seal(anna.microphone.packet()))
    await bo.hear()
    await ear.next()
    ntp = 3_900_000_000 << 32
    anna.report(rtcp.write_sender_report(rtcp.SenderReport(anna.microphone.ssrc, ntp, 960, 1, 3)))
    _, _, octets, control = await ear.next()
    (report,) = rtcp.parse_rtcp(octets)
    assert control
    assert isinstance(report, rtcp.SenderReport)
    assert report.ntp_time == ntp


async def test_a_muted_microphone_is_not_recorded(stand: Stand) -> None:
    anna, bo = stand.peers
    ear = Ear(stand)
    stand.room.set_routes(2, {"seat2": {"seat1"}}, recorded={"seat1"}, muted={"seat1"})
    anna.send(anna.seal(anna.microphone.packet()))
    anna.send(anna.seal(anna.camera.key()))
    await bo.hear()
    _, kind, _, _ = await ear.next()
    assert kind is Kind.VIDEO
    assert ear.heard.empty()
