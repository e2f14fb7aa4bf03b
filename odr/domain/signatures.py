"""What signing binds: the place, the approval, and the bytes that were approved.

Rule 1: an approval names the base revision (what was read) and the revision being signed (with the signatures
        already there), so it is good for one signature on one file.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from odr.errors import NotAllowed

# Law asks for a step-up that is fresh; ten minutes is the time to draw a signature and type a code.
APPROVAL_LASTS = timedelta(minutes=10)


class ApprovalRefused(NotAllowed):
    public = "The document is not the one you approved, or your approval is too old. Please approve it again."


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """Where a paper leaves room for a signature: page from 0, corners in points from the lower left."""

    field: str
    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Revision:
    """The bytes a person is asked to approve: the base paper, and the file as it stands with it."""

    base_sha256: str
    base_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A person's fresh step-up for one signature; `method` says how (sms, passkey)."""

    person_id: UUID
    field: str
    revision: Revision
    method: str
    approved_at: datetime

    @property
    def challenge(self) -> str:
        return challenge(self.person_id, self.field, self.revision)


def revision_of(pdf: bytes, base_bytes: int) -> Revision:
    """What is to be approved when `pdf`, whose first `base_bytes` are the prepared paper, is to be signed."""
    return Revision(sha256(pdf[:base_bytes]).hexdigest(), base_bytes, sha256(pdf).hexdigest())


def challenge(person_id: UUID, field: str, revision: Revision) -> str:
    """What the step-up must be bound to: SHA-256 (hex) over person, place and both hashes."""
    words = ("odr signing v1", str(person_id), field, revision.base_sha256, revision.sha256)
    return sha256("\n".join(words).encode()).hexdigest()


def check_approval(pdf: bytes, field: str, approval: Approval, now: datetime) -> None:
    """Refuse to sign (ApprovalRefused) anything but the very bytes and place approved, freshly."""
    revision = approval.revision
    fresh = timedelta(0) <= now - approval.approved_at <= APPROVAL_LASTS
    same = revision_of(pdf, revision.base_bytes)
    if (
        not fresh
        or field != approval.field
        or not 0 < revision.base_bytes <= len(pdf)
        or not hmac.compare_digest(repr(same), repr(revision))
    ):
        raise ApprovalRefused
