"""A clock that stands until the test moves it."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    def __init__(self, start: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        """Move on by `timedelta(**by)`."""
        self._now += timedelta(**by)
