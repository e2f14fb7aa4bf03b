"""The data plane: what happens to every packet between the socket and the room.

Rule 1: nothing here waits, logs or allocates without a bound.
Rule 2: policy stays in `rtc.core`; a plane only protects, and hands on what it is given.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from rtc.core.commands import Send
from rtc.core.room import Room


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Keys of one DTLS-SRTP session: each side's master key followed by its salt (RFC 5764 section 4.2)."""

    profile: str
    inbound: bytes
    outbound: bytes


class DataPlane(Protocol):
    """Opens a leg with its keys, takes its datagrams, sends what the room commands."""

    refused: int

    def open(self, leg: int, keys: SrtpKeys, room: Room, send: Callable[[bytes], None]) -> None: ...

    def close(self, leg: int) -> None:
        """Forget the leg; what still arrives for it or is sent to it falls away."""

    def receive(self, leg: int, datagram: bytes, now: float) -> None:
        """Unprotect, let the room decide, protect and send; what is forged or broken is counted."""

    def send(self, sends: Iterable[Send]) -> None: ...
