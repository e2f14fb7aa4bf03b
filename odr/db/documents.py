"""The papers of a case: what people uploaded and what the platform issued."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base


class Document(Base):
    """`kind` is a key of `odr.domain.documents` for issued papers; `object_key` is the content's SHA-256."""

    __tablename__ = "documents"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    object_key: Mapped[str]
    content_type: Mapped[str]
    size_bytes: Mapped[int]
    pages: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    # who may see it: "case" (both sides and the court), "A", "B", "court"
    audience: Mapped[str] = mapped_column(default="case")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)  # the data it was typeset from
    event_id: Mapped[UUID | None] = mapped_column(unique=True)  # the outbox event that issued it: once only


class DocumentRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: Document) -> Document:
        self._session.add(row)
        return row

    async def get(self, document_id: UUID) -> Document:
        return await self._session.get_one(Document, document_id)

    async def by_event(self, event_id: UUID) -> Document | None:
        return await self._session.scalar(select(Document).where(Document.event_id == event_id))

    async def of_case(self, case_id: UUID) -> list[Document]:
        rows = await self._session.scalars(
            select(Document).where(Document.case_id == case_id).order_by(Document.created_at, Document.id)
        )
        return list(rows)

    async def newest(self, case_id: UUID, kind: str) -> Document | None:
        return await self._session.scalar(
            select(Document)
            .where(Document.case_id == case_id, Document.kind == kind)
            .order_by(Document.created_at.desc())
            .limit(1)
        )
