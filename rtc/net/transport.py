"""One peer's way to us: its checks, its handshake, its current address.

Rule 1: media starts when the handshake is done and the certificate is the one the answer stated.
Rule 2: the address is where the browser nominates, or where its checks come from once the old one is silent;
        it may change at any time without a new handshake.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from rtc.core.signalling import Answer
from rtc.net import ice
from rtc.net.dtls import Certificate, DtlsServer
from rtc.net.port import UdpPort
from rtc.plane import Path, SrtpKeys

SILENT_S = 1.0  # a silent microphone speaks every 0.4 s (DTX): a path without any for so long is not in use
MAX_PATHS = 16  # addresses of one peer that passed a check; a phone tries four to six


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the transport tells its engine."""

    ready: Callable[[SrtpKeys], None]
    aimed: Callable[[Path], None]  # from now on the peer is reached there
    moved: Callable[[], None]  # and was reached elsewhere before
    ended: Callable[[bool], None]  # True: the peer said farewell; False: it failed to prove itself


class Transport:
    def __init__(self, port: UdpPort, certificate: Certificate, wishes: Wishes, now: float) -> None:
        self.credentials = ice.new_credentials()
        self.paths: list[Path] = []
        self.heard_at = now
        self._port = port
        self._dtls = DtlsServer(certificate)
        self._wishes = wishes
        self._path: Path | None = None
        self._way: Callable[[bytes], None] | None = None
        self._answer: Answer | None = None
        self._ready = False
        self._timer: asyncio.TimerHandle | None = None

    def settle(self, answer: Answer) -> None:
        self._answer = answer
        self._get_ready()

    def on_stun(self, data: bytes, path: Path, now: float) -> bool:
        """Answer a check; True if the path may be used from now on."""
        check = ice.answer(data, (path.host, path.port), self.credentials)
        if check is None:
            return False
        self._port.send(check.response, path)
        if path not in self.paths:
            self.paths.append(path)
        silent = now - self.heard_at > SILENT_S
        if path != self._path and (self._path is None or check.nominates or silent):
            self._move(path)
        self.hear(path, now)
        return True

    def hear(self, path: Path, now: float) -> None:
        """Something came from there that was meant for this peer."""
        if path == self._path:
            self.heard_at = now

    def _move(self, path: Path) -> None:
        moved = self._path is not None
        self._path, self._way = path, self._port.way(path)
        self._wishes.aimed(path)
        if moved:
            self._wishes.moved()

    def on_dtls(self, data: bytes) -> None:
        self._send_all(self._dtls.receive(data))
        self._set_timer()
        if self._dtls.failed:
            self._wishes.ended(False)
        elif self._dtls.closed_by_peer:
            self._wishes.ended(True)
        else:
            self._get_ready()

    def _get_ready(self) -> None:
        if self._ready or not self._dtls.done or self._answer is None:
            return
        stated = self._answer.fingerprints
        genuine = all(self._dtls.matches(name, digest) for name, digest in stated.items())
        keys = self._dtls.keys() if genuine else None
        if keys is None:
            self._wishes.ended(False)
            return
        self._ready = True
        self._wishes.ready(keys)

    def send(self, datagram: bytes) -> None:
        if self._way is not None:
            self._way(datagram)

    def _send_all(self, datagrams: list[bytes]) -> None:
        for datagram in datagrams:
            self.send(datagram)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        seconds = self._dtls.timeout_s()
        if seconds is not None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._timed_out)

    def _timed_out(self) -> None:
        self._timer = None
        self._send_all(self._dtls.timed_out())
        self._set_timer()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._send_all(self._dtls.farewell())
        self._path = self._way = None
