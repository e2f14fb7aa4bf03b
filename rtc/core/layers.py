"""The layers of one camera: the same picture in two sizes, each a stream of its own (RFC 8853).

Rule 1: a layer counts only while its packets come: a browser stops the larger when its own line is weak.
Rule 2: a camera that sends one stream without an identifier has that one layer.
"""

from rtc.core.budget import Quality
from rtc.core.parts import Incoming

RIDS = ("l", "h")  # as the offer asks for them, the smallest first (RFC 8851)
SILENT_S = 0.6  # behind the layer that came last; a dark room has five pictures a second


class Layers:
    def __init__(self) -> None:
        self._tracks: dict[str, Incoming] = {}
        self._heard: dict[str, tuple[int, float]] = {}
        self._live: tuple[Incoming, ...] = ()

    def put(self, rid: str, track: Incoming, now: float) -> None:
        """A stream came for the first time, or takes the place of another."""
        self._tracks[rid], self._heard[rid] = track, (0, now)
        self._choose()

    def look(self, now: float) -> bool:
        """Several times a second: whether a layer fell silent or came back."""
        for rid, track in self._tracks.items():
            received = track.reception.counts.received
            if received != self._heard[rid][0]:
                self._heard[rid] = (received, now)
        before = self._live
        self._choose()
        return self._live != before

    def _choose(self) -> None:
        newest = max((at for _, at in self._heard.values()), default=0.0)
        known = [rid for rid in ("", *RIDS) if rid in self._tracks]
        self._live = tuple(self._tracks[rid] for rid in known if newest - self._heard[rid][1] <= SILENT_S)

    def of(self, quality: Quality) -> Incoming | None:
        """The layer for a listener who gets so much of the picture; None before the first packet."""
        if not self._live:
            return None
        return self._live[-1] if quality is Quality.FULL else self._live[0]

    def rates(self) -> tuple[int, ...]:
        """Bits a second of each, the smallest first."""
        return tuple(track.reception.bits_per_s for track in self._live)
