"""The route matrix: who receives whose media, replaced whole and only by a newer one.

Rule 1: the matrix is decided elsewhere, by one table that also covers chat, evidence and minutes.
Rule 2: nobody is routed who is not named; an empty matrix is a lobby.
"""

from collections.abc import Collection, Mapping

from rtc.errors import StaleEpoch


class RouteMatrix:
    """Receiver to the set of senders it may see and hear, in force since `epoch`."""

    def __init__(self) -> None:
        self.epoch = 0
        self._senders: dict[str, frozenset[str]] = {}

    def replace(self, epoch: int, routes: Mapping[str, Collection[str]]) -> None:
        """Take `routes` instead of all that was; raises StaleEpoch unless `epoch` is newer."""
        if epoch <= self.epoch:
            raise StaleEpoch(f"epoch {epoch} after {self.epoch}")
        self.epoch = epoch
        self._senders = {
            receiver: frozenset(senders) - {receiver} for receiver, senders in routes.items() if senders
        }

    def senders_for(self, receiver: str) -> frozenset[str]:
        return self._senders.get(receiver, frozenset())
