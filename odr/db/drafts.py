"""The guided draft: answers by question, each with its source."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Draft(Base):
    """`answers`: question id → {"value", "source"}; after submission it is the content of the filing."""

    __tablename__ = "drafts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    triage: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was answered before signing in
    chosen_way: Mapped[str] = mapped_column(default="")  # of filing.recommend: mediate, fast track, trial …
    notice_version: Mapped[str] = mapped_column(default="")
    notice_read_at: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]


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
