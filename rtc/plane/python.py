"""The data plane in Python: libsrtp through pylibsrtp, a packet at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pylibsrtp import Error, Policy, Session

from rtc.core.commands import Send, SendRtcp
from rtc.core.room import Room
from rtc.errors import Malformed
from rtc.plane import SrtpKeys

PROFILES: dict[str, int] = {
    "SRTP_AEAD_AES_128_GCM": Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    "SRTP_AES128_CM_SHA1_80": Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
}
REPLAY_WINDOW = 1024  # packets; a burst of video at 30 fps reorders by dozens, never by hundreds


@dataclass(frozen=True, slots=True)
class _Line:
    inbound: Session
    outbound: Session
    room: Room
    send: Callable[[bytes], None]


class PythonPlane:
    def __init__(self) -> None:
        self.refused = 0
        self._lines: dict[int, _Line] = {}

    def open(self, leg: int, keys: SrtpKeys, room: Room, send: Callable[[bytes], None]) -> None:
        profile = PROFILES[keys.profile]
        inbound = _session(keys.inbound, Policy.SSRC_ANY_INBOUND, profile)
        outbound = _session(keys.outbound, Policy.SSRC_ANY_OUTBOUND, profile)
        self._lines[leg] = _Line(inbound, outbound, room, send)

    def close(self, leg: int) -> None:
        self._lines.pop(leg, None)

    def receive(self, leg: int, datagram: bytes, now: float) -> None:
        line = self._lines.get(leg)
        if line is None:
            return
        try:
            if 192 <= datagram[1] <= 223:  # RTCP, RFC 5761 section 4
                self.send(line.room.take_rtcp(leg, line.inbound.unprotect_rtcp(datagram), now))
            else:
                self.send(line.room.take_rtp(leg, line.inbound.unprotect(datagram), now))
        except (Error, ValueError, Malformed):  # pylibsrtp raises ValueError on what is too long
            self.refused += 1

    def send(self, sends: Iterable[Send]) -> None:
        for command in sends:
            line = self._lines.get(command.leg)
            if line is None:
                continue
            protect = line.outbound.protect_rtcp if isinstance(command, SendRtcp) else line.outbound.protect
            line.send(protect(command.packet))


def _session(key: bytes, direction: int, profile: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile)
    policy.window_size = REPLAY_WINDOW
    policy.allow_repeat_tx = direction == Policy.SSRC_ANY_OUTBOUND  # repairs without RTX keep their number
    return Session(policy)
