"""Reading papers and knowing faces: slow work of `filing`, done elsewhere.

Rule 1: what is sent and what comes back are values of `filing`; photos are bytes as they were uploaded.
Rule 2: a bad photo ends in filing.errors.FilingError, whose `public` or `message` is for the person;
a full house ends in odr.errors.Unavailable.
"""

from typing import Protocol

from filing.lines import Reading


class IdentityReader(Protocol):
    """The machine that looks at photos."""

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        """What a paper says; `kind` is a filing.lines.Kind or "auto"."""
        ...
