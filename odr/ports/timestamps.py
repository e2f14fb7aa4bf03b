"""The time-stamp authority (RFC 3161)."""

from typing import Protocol


class TimestampAuthority(Protocol):
    """Says, over its own signature, that a digest existed at a time."""

    async def stamp(self, digest: bytes) -> bytes:
        """The token (DER ContentInfo) over a SHA-256 digest; Unavailable when it does not answer."""
        ...

    @property
    def certificate_der(self) -> bytes:
        """The certificate to trust for its tokens, which goes into the trust keys and nowhere else."""
        ...
