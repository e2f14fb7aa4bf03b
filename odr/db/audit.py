"""The audit entries: who did what to which record, and the salted commitment that the log holds of it."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.accounts import Actor
from odr.domain.steps import Role

_PERSONS: Final = frozenset({"party", Role.AGENT.value})


class AuditEntry(Base):
    __tablename__ = "audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    role: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("cases.id"), index=True)
    details: Mapped[dict[str, Any]]
    salt: Mapped[bytes]
    commitment: Mapped[bytes]
    log_index: Mapped[int | None] = mapped_column(BigInteger, unique=True)  # None: not in the log yet


@dataclass(frozen=True, slots=True)
class Discreet:
    """An act that not everybody of the case may know of.

    `accounts`: whose open pages hear of it; `audience`: in whose dossiers it stands; `details`: what else the
    audit entry says.
    """

    accounts: frozenset[UUID]
    audience: str
    details: Mapping[str, str] = field(default_factory=dict)


class AuditRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.added = 0
        self._of_persons: list[tuple[AuditEntry, UUID, UUID]] = []

    def add(
        self,
        actor: Actor,
        action: str,
        subject: str,
        subject_id: UUID,
        *,
        at: datetime,
        case_id: UUID | None = None,
        role: str = "",
        **details: Any,
    ) -> AuditEntry:
        """`details` hold ids, hashes and numbers, no personal data; its commitment goes into the log."""
        entry = AuditEntry(
            id=uuid4(),
            at=at,
            actor_id=actor.account_id,
            role=role or next(iter(sorted(actor.staff_roles)), "party" if actor.signed_in else "anyone"),
            action=action,
            subject=subject,
            subject_id=subject_id,
            case_id=case_id,
            details=details,
            salt=secrets.token_bytes(16),
        )
        _commit(entry)
        self._session.add(entry)
        self.added += 1
        if entry.case_id and entry.actor_id and entry.role in _PERSONS:
            self._of_persons.append((entry, entry.case_id, entry.actor_id))
        return entry

    def of_persons(self) -> list[tuple[AuditEntry, UUID, UUID]]:
        """What this transaction writes down of the acts of a party or an agent: entry, case, account."""
        return list(self._of_persons)

    def acts_for(self, entry: AuditEntry, role: Role, side: str) -> None:
        """Write the part and the side into an entry of this transaction."""
        entry.role, entry.details = role.value, {**entry.details, "acts_for": side}
        _commit(entry)

    async def get(self, entry_id: UUID) -> AuditEntry:
        return await self._session.get_one(AuditEntry, entry_id)

    async def of_case(self, case_id: UUID) -> list[AuditEntry]:
        rows = await self._session.scalars(
            select(AuditEntry).where(AuditEntry.case_id == case_id).order_by(AuditEntry.at, AuditEntry.id)
        )
        return list(rows)


def _commit(entry: AuditEntry) -> None:
    entry.commitment = hashlib.sha256(entry.salt + canonical(entry)).digest()


def canonical(entry: AuditEntry) -> bytes:
    """The bytes that the commitment covers: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        {
            "id": str(entry.id),
            "at": entry.at.isoformat(),
            "actor": str(entry.actor_id or ""),
            "role": entry.role,
            "action": entry.action,
            "subject": entry.subject,
            "subject_id": str(entry.subject_id),
            "case": str(entry.case_id or ""),
            "details": entry.details,
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
