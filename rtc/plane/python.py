"""The data plane in Python: libsrtp through pylibsrtp, a packet at a time.

Rule 1: pylibsrtp's private names are used in this file alone: its own calls check and copy for as long as
        libsrtp encrypts.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakValueDictionary

from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

from rtc.core.bandwidth import ArrivalLog
from rtc.core.commands import Send, SendRtcp
from rtc.core.congestion import ReportedLine
from rtc.core.departures import DepartureLog
from rtc.core.forwarder import Forwarder
from rtc.core.packets import Kind
from rtc.core.parts import Arrivals, Incoming, Line, Outgoing, Parts, SlotParts
from rtc.core.room import Room
from rtc.core.track import Track
from rtc.errors import Malformed
from rtc.plane import Path, SrtpKeys

PROFILES: dict[str, int] = {
    "SRTP_AEAD_AES_128_GCM": Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    "SRTP_AES128_CM_SHA1_80": Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
}
MAX_PACKET, MAX_TRAILER = 1500, 148  # SRTP_MAX_TRAILER_LEN of libsrtp
REPLAY_WINDOW = 1024  # packets; a burst of video at 30 fps reorders by dozens, never by hundreds


Act = Callable[..., int]  # what libsrtp does to a packet in place
PROTECT: Act = lib.srtp_protect
PROTECT_RTCP: Act = lib.srtp_protect_rtcp
UNPROTECT: Act = lib.srtp_unprotect
UNPROTECT_RTCP: Act = lib.srtp_unprotect_rtcp


class Refused(Exception):
    """libsrtp found a packet forged, repeated or too old."""


class Sealer:
    """One direction of a peer, over one buffer."""

    def __init__(self, key: bytes, direction: int, profile: int) -> None:
        policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile)
        policy.window_size = REPLAY_WINDOW
        policy.allow_repeat_tx = (
            direction == Policy.SSRC_ANY_OUTBOUND
        )  # repairs without RTX keep their number
        self._session = Session(policy)
        self._srtp = self._session._srtp[0]
        self._memory = ffi.new("char[]", MAX_PACKET + MAX_TRAILER)
        self._octets = ffi.buffer(self._memory)
        self._size = ffi.new("int *")

    def run(self, act: Act, packet: bytes) -> bytes:
        """Raises Refused, also for what is too long."""
        octets = len(packet)
        if octets > MAX_PACKET:
            raise Refused("too long")
        size = self._size
        self._octets[:octets] = packet
        size[0] = octets
        if act(self._srtp, self._memory, size):
            raise Refused
        sealed: bytes = self._octets[: size[0]]
        return sealed


@dataclass(frozen=True, slots=True)
class _Line:
    inbound: Sealer
    outbound: Sealer
    room: Room
    send: Callable[[bytes], None]


class PythonParts:
    """Each part as rtc.core has it."""

    asked = None

    def __init__(self) -> None:
        self._departures = WeakValueDictionary[int, DepartureLog]()

    def track(self, leg: int, seat: str, kind: Kind, ssrc: int) -> Incoming:  # noqa: ARG002  others need the leg
        return Track(seat, kind, ssrc)

    def slot(self, made: SlotParts) -> Outgoing:
        leg, kind, mid, ssrc, repair_ssrc, first = made
        log = self._log(leg)
        return Forwarder(leg, kind, mid, ssrc=ssrc, repair_ssrc=repair_ssrc, first=first, departures=log)

    def arrivals(self, leg: int) -> Arrivals:  # noqa: ARG002  others need the leg
        return ArrivalLog()

    def line(self, leg: int) -> Line:
        return ReportedLine(self._log(leg))

    def _log(self, leg: int) -> DepartureLog:
        """Of all the leg's slots; the same each time, for as long as somebody holds it."""
        log = self._departures.get(leg)
        if log is None:
            log = self._departures[leg] = DepartureLog()
        return log


class PythonPlane:
    name = "python"

    def __init__(self) -> None:
        self.refused = 0
        self.parts: Parts = PythonParts()
        self._lines: dict[int, _Line] = {}
        self._ears: dict[int, Callable[[bytes, bool], None]] = {}

    def start(self, sockets: Sequence[socket.socket], stranger: Callable[[bytes, Path], None]) -> bool:  # noqa: ARG002
        return False

    def stop(self) -> None:
        self._lines.clear()

    def admit(self, path: Path, leg: int) -> None: ...

    def dismiss(self, path: Path) -> None: ...

    def aim(self, leg: int, path: Path) -> None: ...

    def heard_at(self, leg: int) -> float:  # noqa: ARG002  the engine hears by itself
        return float("-inf")

    def open(self, leg: int, keys: SrtpKeys, room: Room, send: Callable[[bytes], None]) -> None:
        profile = PROFILES[keys.profile]
        inbound = Sealer(keys.inbound, Policy.SSRC_ANY_INBOUND, profile)
        outbound = Sealer(keys.outbound, Policy.SSRC_ANY_OUTBOUND, profile)
        self._lines[leg] = _Line(inbound, outbound, room, send)

    def overhear(self, leg: int, take: Callable[[bytes, bool], None]) -> None:
        self._ears[leg] = take

    def close(self, leg: int) -> None:
        self._lines.pop(leg, None)
        self._ears.pop(leg, None)

    def receive(self, leg: int, datagram: bytes, now: float) -> None:
        line = self._lines.get(leg)
        if line is None:
            return
        try:
            if 192 <= datagram[1] <= 223:  # RTCP, RFC 5761 section 4
                self.send(line.room.take_rtcp(leg, line.inbound.run(UNPROTECT_RTCP, datagram), now))
            else:
                self.send(line.room.take_rtp(leg, line.inbound.run(UNPROTECT, datagram), now))
        except (Refused, Malformed):
            self.refused += 1

    def send(self, sends: Iterable[Send]) -> None:
        lines = self._lines
        for command in sends:
            leg, packet = command
            line = lines.get(leg)
            if line is not None:
                act = PROTECT_RTCP if isinstance(command, SendRtcp) else PROTECT
                line.send(line.outbound.run(act, packet))
            elif leg in self._ears:
                self._ears[leg](packet, isinstance(command, SendRtcp))
