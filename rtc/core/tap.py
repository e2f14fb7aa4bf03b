"""The recorder's ear in a room: one stream for each microphone and camera that is recorded.

Rule 1: a stream belongs to one seat for good: a packet on its way is never taken for somebody else's.
Rule 2: it hears exactly what it is given at the newest change of the room, like any listener.
"""

from collections.abc import Mapping
from random import Random

from rtc.core.packets import Kind
from rtc.core.parts import Incoming, Outgoing, Parts, SlotParts
from rtc.core.speakers import loudest

Who = tuple[str, Kind]


class Tap:
    """`number` is its leg's at the data plane."""

    def __init__(self, number: int, rng: Random, parts: Parts) -> None:
        self.number = number
        self.speaker: str | None = None
        self._rng = rng
        self._parts = parts
        self._streams: dict[Who, Outgoing] = {}
        self._names: dict[int, Who] = {}

    def follow(self, tracks: Mapping[Who, Incoming]) -> None:
        """Hear these and nothing else."""
        for who, stream in self._streams.items():
            if who not in tracks and stream.source is not None:
                stream.bind(None)
        for who, track in tracks.items():
            stream = self._streams.get(who) or self._begin(who)
            if stream.source is None:
                stream.bind(track)
            else:
                stream.switch(track)

    def _begin(self, who: Who) -> Outgoing:
        _, kind = who
        ssrc, first = self._rng.getrandbits(31) | 2, self._rng.getrandbits(14)
        stream = self._parts.slot(
            SlotParts(self.number, kind, str(len(self._streams)), ssrc, ssrc ^ 1, first)
        )
        self._streams[who], self._names[ssrc] = stream, who
        return stream

    def who(self, ssrc: int) -> Who | None:
        return self._names.get(ssrc)

    def want_picture(self, who: Who) -> None:
        """Ask that camera for a key frame, if it is heard."""
        stream = self._streams.get(who)
        if stream is not None and stream.source is not None:
            stream.source.keyframes.want()

    def speaks(self, now: float) -> bool:
        """Whether the speaker among the recorded changed."""
        heard = {seat: s.source for (seat, kind), s in self._streams.items() if kind is Kind.AUDIO}
        speaker = loudest({k: s.loudness for k, s in heard.items() if s is not None}, self.speaker, now)
        changed, self.speaker = speaker != self.speaker, speaker
        return changed
