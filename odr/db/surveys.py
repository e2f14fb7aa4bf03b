"""What people say of a sitting afterwards."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.surveys import Answers


class SurveyAnswer(Base):
    """One a person and sitting; empty: the person did not want to answer, and is not asked again."""

    __tablename__ = "survey_answers"

    sitting_id: Mapped[UUID] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    mediator_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    understood: Mapped[int | None]
    fair: Mapped[int | None]
    easy: Mapped[int | None]
    at: Mapped[datetime]

    def answers(self) -> Answers:
        return Answers(self.understood, self.fair, self.easy)


class SurveyRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: SurveyAnswer) -> SurveyAnswer:
        self._session.add(row)
        return row

    async def find(self, sitting_id: UUID, account_id: UUID) -> SurveyAnswer | None:
        return await self._session.get(SurveyAnswer, (sitting_id, account_id))

    async def by_mediator(self) -> dict[UUID, list[Answers]]:
        """Every answer that says something, by mediator, in the order they came."""
        rows = await self._session.scalars(
            select(SurveyAnswer).order_by(SurveyAnswer.at, SurveyAnswer.sitting_id, SurveyAnswer.account_id)
        )
        found: dict[UUID, list[Answers]] = {}
        for row in rows:
            if not row.answers().empty:
                found.setdefault(row.mediator_id, []).append(row.answers())
        return found
