"""The throttle between everybody's wish for a key frame and one camera."""

INTERVAL_S = 0.3  # a key frame is ten times an ordinary one; measured: later asks within this change nothing


class KeyframeRequests:
    """Asks at most once an interval, and once more if somebody asked in between."""

    def __init__(self) -> None:
        self._asked_at: float | None = None
        self.wanted = False

    def want(self) -> None:
        self.wanted = True

    def arrived(self) -> None:
        self.wanted = False

    def due(self, now: float) -> bool:
        """Whether to send one request now; answers yes once."""
        if not self.wanted or (self._asked_at is not None and now - self._asked_at < INTERVAL_S):
            return False
        self._asked_at, self.wanted = now, False
        return True
