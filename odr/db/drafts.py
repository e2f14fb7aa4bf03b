"""The guided draft: answers by question, each with its source."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Draft(Base):
    """`answers` as `filing.draft.dump` writes them; after submission they are the content of the filing.

    `readings`: photographed papers, as `odr.domain.readings.dump` writes them.
    `submission` is the record whose hash the receipt shows.
    """

    __tablename__ = "drafts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    triage: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was answered before signing in
    chosen_way: Mapped[str] = mapped_column(default="")  # of filing.recommend: mediate, fast track, trial …
    urgent: Mapped[bool] = mapped_column(default=False)  # S-068: only what keeps the right to sue
    readings: Mapped[list[Any]] = mapped_column(default=list)
    notice_version: Mapped[str] = mapped_column(default="")
    notice_read_at: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    submission: Mapped[dict[str, Any]] = mapped_column(default=dict)
    submission_sha256: Mapped[str] = mapped_column(default="")
    received_audit_id: Mapped[UUID | None]  # the entry of the log that proves the reception


class DraftRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, case_id: UUID, now: datetime, **values: Any) -> Draft:
        row = Draft(case_id=case_id, saved_at=now, **values)
        self._session.add(row)
        return row

    async def get(self, case_id: UUID) -> Draft:
        return await self._session.get_one(Draft, case_id)

    async def lock(self, case_id: UUID) -> Draft:
        return await self._session.get_one(Draft, case_id, with_for_update=True)
