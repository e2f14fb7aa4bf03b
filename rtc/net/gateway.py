"""Signalling over Socket.IO, namespace /rtc: what browsers say to the engine and hear from it.

Rule 1: one queue and one consumer for each peer: the library runs a client's events as separate tasks.
Rule 2: a peer that says too much or breaks the protocol is hung up on.

The language (docs/signalling.md): connect with {ticket}; server: offer, slots, speaker, muted,
pictures, moved, bye;
client: answer, restart, leave.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import socketio

from rtc.core.events import Ending
from rtc.errors import AnswerRefused, TicketRefused
from rtc.net.engine import Voice

NAMESPACE = "/rtc"
MAX_WAITING = 64  # messages each way; a browser has at most three under way
Words = tuple[str, Mapping[str, object]]


class Rooms(Protocol):
    """What a peer talks to: the engine, or whoever stands for the engines of other processes."""

    def join(self, ticket_text: str, voice: Voice) -> int: ...

    def answer(self, number: int, version: int, text: str) -> None: ...

    def restart(self, number: int) -> None: ...

    def leave(self, number: int, ending: Ending) -> None: ...


@dataclass(slots=True)
class _Peer:
    """Both queues of one connection, and its number in the engine."""

    sid: str
    number: int = 0
    heard: asyncio.Queue[Words | None] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))
    to_say: asyncio.Queue[Words | None] = field(default_factory=lambda: asyncio.Queue(MAX_WAITING))

    def say(self, event: str, payload: Mapping[str, object]) -> None:
        _put(self.to_say, (event, payload))

    def hang_up(self, ending: Ending) -> None:
        _put(self.to_say, ("bye", {"reason": ending.value}))
        _put(self.to_say, None)


def _put(queue: asyncio.Queue[Words | None], words: Words | None) -> None:
    """Never waits: of a peer that does not listen, the oldest words are lost, its farewell is not."""
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(words)


class Gateway(socketio.AsyncNamespace):  # type: ignore[misc]  # the library has no types
    """Attach with `server.register_namespace(Gateway(engine))`."""

    def __init__(self, engine: Rooms) -> None:
        super().__init__(NAMESPACE)
        self._engine = engine
        self._peers: dict[str, _Peer] = {}

    async def on_connect(self, sid: str, environ: object, auth: object) -> None:  # noqa: ARG002  library's call
        text = auth.get("ticket") if isinstance(auth, Mapping) else None
        peer = _Peer(sid)
        try:
            peer.number = self._engine.join(text if isinstance(text, str) else "", peer)
        except TicketRefused as refusal:
            raise socketio.exceptions.ConnectionRefusedError("ticket") from refusal
        self._peers[sid] = peer
        self.server.start_background_task(self._speak, peer)
        self.server.start_background_task(self._listen, peer)

    async def on_disconnect(self, sid: str, reason: str = "") -> None:  # noqa: ARG002  library's call
        peer = self._peers.pop(sid, None)
        if peer is not None:
            _put(peer.heard, None)
            self._engine.leave(peer.number, Ending.GONE)

    async def on_answer(self, sid: str, payload: object = None) -> None:
        self._hear(sid, "answer", payload)

    async def on_restart(self, sid: str, payload: object = None) -> None:
        self._hear(sid, "restart", payload)

    async def on_leave(self, sid: str, payload: object = None) -> None:
        self._hear(sid, "leave", payload)

    def _hear(self, sid: str, event: str, payload: object) -> None:
        peer = self._peers.get(sid)
        if peer is None:
            return
        if peer.heard.full():
            self._engine.leave(peer.number, Ending.REFUSED)
        else:
            peer.heard.put_nowait((event, payload if isinstance(payload, Mapping) else {}))

    async def _listen(self, peer: _Peer) -> None:
        """The peer's words, one after the other."""
        while (words := await peer.heard.get()) is not None:
            try:
                _ACTS[words[0]](self._engine, peer.number, words[1])
            except AnswerRefused:
                self._engine.leave(peer.number, Ending.REFUSED)

    async def _speak(self, peer: _Peer) -> None:
        while (words := await peer.to_say.get()) is not None:
            await self.emit(words[0], words[1], to=peer.sid)
        await self.disconnect(peer.sid)


def _answer(engine: Rooms, number: int, payload: Mapping[str, object]) -> None:
    version, text = payload.get("version"), payload.get("sdp")
    if not isinstance(version, int) or not isinstance(text, str):
        raise AnswerRefused("answer without version or description")
    engine.answer(number, version, text)


_ACTS: Mapping[str, Callable[[Rooms, int, Mapping[str, object]], None]] = {
    "answer": _answer,
    "restart": lambda engine, number, _: engine.restart(number),
    "leave": lambda engine, number, _: engine.leave(number, Ending.GONE),
}
