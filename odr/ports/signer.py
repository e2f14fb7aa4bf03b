"""The signer: PAdES signatures of persons and the seal of the court."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from odr.domain.signatures import Approval, SignaturePlace


@dataclass(frozen=True, slots=True)
class SigningPerson:
    """Who signs: the account, the name in the certificate, and in what capacity (申请人, 调解员 …)."""

    id: UUID
    name: str
    capacity: str


class Signer(Protocol):
    """Signs PDFs by adding revisions; nothing that stands is rewritten.

    Each call gives a new file and keeps nothing: a call that was lost in a crash is simply made again on
    the file last stored. Unavailable when the authority or the time-stamps do not answer: nothing is signed.
    """

    async def prepare(self, pdf: bytes, places: Sequence[SignaturePlace]) -> bytes:
        """The base revision: the paper with every empty signature field it will ever have."""
        ...

    async def sign(
        self, pdf: bytes, field: str, person: SigningPerson, approval: Approval, stamp_pdf: bytes
    ) -> bytes:
        """The file with this person's signature; ApprovalRefused unless `approval` is for just this."""
        ...

    async def seal(self, pdf: bytes, body: str, stamp_pdf: bytes, field: str = "seal") -> bytes:
        """The file with the seal of `body` and an archive time-stamp over everything before it."""
        ...

    @property
    def trusted_ders(self) -> tuple[bytes, ...]:
        """The CA certificates to trust for its signatures, which go into the trust keys."""
        ...
