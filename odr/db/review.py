"""What the court asks of a party during the review: supplements and consents."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.db.cases import Participant


class Supplement(Base):
    """One complete list of what is missing; `items`: [{"text", "answer", "papers": [evidence ids]}]."""

    __tablename__ = "supplements"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    items: Mapped[list[Any]]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime]
    last_day: Mapped[date]
    answered_at: Mapped[datetime | None]


class SupplementApproval(Base):
    """The division head's leave to ask once more; it holds for one list (OLR 9, DJ 7)."""

    __tablename__ = "supplement_approvals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    approved_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]
    at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Reassignment(Base):
    """A filing given to another judge, and why."""

    __tablename__ = "reassignments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    from_judge_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    to_judge_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]
    at: Mapped[datetime]


class Consent(Base):
    """A party's answer for one stage; consent to one stage is not consent to another (OLR 4)."""

    __tablename__ = "consents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    stage: Mapped[str]
    granted: Mapped[bool]
    at: Mapped[datetime]


class ReviewRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add_supplement(self, row: Supplement) -> Supplement:
        self._session.add(row)
        return row

    async def supplements(self, case_id: UUID) -> list[Supplement]:
        rows = await self._session.scalars(
            select(Supplement).where(Supplement.case_id == case_id).order_by(Supplement.asked_at)
        )
        return list(rows)

    async def open_supplement(self, case_id: UUID) -> Supplement | None:
        return await self._session.scalar(
            select(Supplement)
            .where(Supplement.case_id == case_id, Supplement.answered_at.is_(None))
            .order_by(Supplement.asked_at.desc())
            .limit(1)
        )

    async def supplement_count(self, case_id: UUID) -> int:
        count = await self._session.scalar(
            select(func.count()).select_from(Supplement).where(Supplement.case_id == case_id)
        )
        return count or 0

    def add_approval(self, row: SupplementApproval) -> SupplementApproval:
        self._session.add(row)
        return row

    async def approval(self, case_id: UUID) -> SupplementApproval | None:
        """The leave for one more list that was not used yet."""
        return await self._session.scalar(
            select(SupplementApproval)
            .where(SupplementApproval.case_id == case_id, SupplementApproval.used_at.is_(None))
            .limit(1)
        )

    def add_reassignment(self, row: Reassignment) -> Reassignment:
        self._session.add(row)
        return row

    def add_consent(
        self, case_id: UUID, account_id: UUID, stage: str, *, granted: bool, at: datetime
    ) -> None:
        self._session.add(
            Consent(case_id=case_id, account_id=account_id, stage=stage, granted=granted, at=at)
        )

    async def consent_of(self, case_id: UUID, side: str, stage: str) -> bool | None:
        """The latest answer that anybody gave for this side; None if nobody did."""
        spoke = and_(Participant.case_id == Consent.case_id, Participant.account_id == Consent.account_id)
        return await self._session.scalar(
            select(Consent.granted)
            .join(Participant, spoke)
            .where(Consent.case_id == case_id, Participant.side == side, Consent.stage == stage)
            .order_by(Consent.at.desc())
            .limit(1)
        )

    async def consent(self, case_id: UUID, account_id: UUID, stage: str) -> bool | None:
        """The person's latest answer for the stage; None if never asked or not answered."""
        return await self._session.scalar(
            select(Consent.granted)
            .where(Consent.case_id == case_id, Consent.account_id == account_id, Consent.stage == stage)
            .order_by(Consent.at.desc())
            .limit(1)
        )
