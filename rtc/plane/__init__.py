"""The data plane: what happens to every packet between the socket and the room.

Rule 1: nothing here waits, logs or allocates without a bound.
Rule 2: policy stays in `rtc.core`; a plane only protects, and hands on what it is given.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from rtc.core.commands import Send
from rtc.core.parts import Parts
from rtc.core.room import Room


class Path(NamedTuple):
    """The way to a peer: the index of our socket and its address."""

    socket: int
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class SrtpKeys:
    """Keys of one DTLS-SRTP session: each side's master key followed by its salt (RFC 5764 section 4.2)."""

    profile: str
    inbound: bytes
    outbound: bytes


class DataPlane(Protocol):
    """Opens a leg with its keys, takes its datagrams, sends what the room commands.

    A leg is known from the first call that names it until `close`.
    """

    name: str

    @property
    def refused(self) -> int:
        """Packets that were forged or broken."""

    @property
    def parts(self) -> Parts: ...

    def start(self, sockets: Sequence[socket.socket], stranger: Callable[[bytes, Path], None]) -> bool:
        """Read the sockets from now on, and hand what is not media to `stranger`; False: others must read."""

    def stop(self) -> None: ...

    def admit(self, path: Path, leg: int) -> None:
        """Media from there is the leg's."""

    def dismiss(self, path: Path) -> None: ...

    def aim(self, leg: int, path: Path) -> None:
        """Media to the leg goes there."""

    def heard_at(self, leg: int) -> float:
        """When media last came from where the leg is aimed; never, if others read."""

    def open(self, leg: int, keys: SrtpKeys, room: Room, send: Callable[[bytes], None]) -> None: ...

    def overhear(self, leg: int, take: Callable[[bytes, bool], None]) -> None:
        """What is sent to this leg is given to `take` unprotected, with whether it is control."""

    def close(self, leg: int) -> None:
        """Forget the leg; what still arrives for it or is sent to it falls away."""

    def receive(self, leg: int, datagram: bytes, now: float) -> None:
        """Unprotect, let the room decide, protect and send; what is forged or broken is counted."""

    def send(self, sends: Iterable[Send]) -> None: ...
