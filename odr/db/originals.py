"""Originals that were asked for, and what was found when they were compared."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.evidence import EvidenceItem
from odr.db.states import State
from odr.domain import originals
from odr.domain.originals import Comparison, Result, Way


class OriginalRequest(Base):
    """One side asks for the original of a piece, in sittings of one `kind`; `sitting_id` is where last."""

    __tablename__ = "original_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    kind: Mapped[str]
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"))
    side: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("item_id", "kind"),)


class OriginalComparison(Base):
    """What was found once; a further one stands beside it."""

    __tablename__ = "original_comparisons"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("original_requests.id"))
    number: Mapped[int]  # of the request, from 1
    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"))
    way: Mapped[str]
    result: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    present: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recorder: Mapped[str]  # the name, as it stood then
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("request_id", "number"),)

    def comparison(self) -> Comparison:
        return Comparison(Way(self.way), Result(self.result), self.note, self.present)


class OriginalRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def request(self, item_id: UUID, kind: str) -> OriginalRequest | None:
        found: OriginalRequest | None = await self._session.scalar(
            select(OriginalRequest).where(OriginalRequest.item_id == item_id, OriginalRequest.kind == kind)
        )
        return found

    async def requests(self, item_ids: Iterable[UUID], kind: str) -> list[OriginalRequest]:
        rows = await self._session.scalars(
            select(OriginalRequest)
            .where(OriginalRequest.item_id.in_(list(item_ids)), OriginalRequest.kind == kind)
            .order_by(OriginalRequest.asked_at, OriginalRequest.id)
        )
        return list(rows)

    async def asked(self, case_id: UUID, kind: str) -> bool:
        """Whether an original of the case was asked for in such sittings, and that was not taken back."""
        found = select(OriginalRequest.id).where(
            OriginalRequest.item_id == EvidenceItem.id,
            EvidenceItem.case_id == case_id,
            OriginalRequest.kind == kind,
            State.machine == originals.MACHINE.name,
            State.subject_id == OriginalRequest.id,
            State.state != originals.State.TAKEN_BACK.value,
        )
        return bool(await self._session.scalar(select(exists(found))))

    async def comparisons(self, request_ids: Iterable[UUID]) -> list[OriginalComparison]:
        """What was found, the oldest first."""
        rows = await self._session.scalars(
            select(OriginalComparison)
            .where(OriginalComparison.request_id.in_(list(request_ids)))
            .order_by(OriginalComparison.at, OriginalComparison.number)
        )
        return list(rows)

    def add(self, row: OriginalRequest | OriginalComparison) -> None:
        self._session.add(row)
