"""The certificates that the platform serves HTTPS with when no proxy does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ssl import SSLContext
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Root:
    """A certificate to be trusted once on a phone; `fingerprint` is its SHA-256 as read out, AA:BB:…"""

    der: bytes
    fingerprint: str
    name: str


class Certificates(Protocol):
    """Certificates for addresses of this machine."""

    def context(self, addresses: Sequence[str], now: datetime) -> SSLContext:
        """What a server on these IP addresses (and the machine's own names) serves with at `now`."""
        ...

    @property
    def root(self) -> Root:
        """What a browser has to trust for them."""
        ...


class Network(Protocol):
    """The networks this machine is in."""

    def addresses(self) -> list[str]:
        """Its private IPv4 addresses, the likeliest to be reached by a phone first."""
        ...
