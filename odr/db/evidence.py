"""The evidence of the sides: what was uploaded, what it is called, what it shall prove."""

from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from filing.uploads import Examined
from odr.db.base import Base
from odr.domain.evidence import Piece

LONGEST_TITLE: Final = 80


class EvidenceItem(Base):
    """`object_key` is the original, byte for byte, under its SHA-256; `shown_key` what people are served.

    A photo is served without what the camera wrote into it (place, device); a PDF as it is. `disclosed`:
    whether the other side may see it.
    """

    __tablename__ = "evidence"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    side: Mapped[str]
    number: Mapped[int]  # within the side, from 1; never given twice
    title: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    material: Mapped[str] = mapped_column(default="")  # id of filing.checklist, where it is one of its papers
    file_name: Mapped[str] = mapped_column(default="")
    object_key: Mapped[str] = mapped_column(index=True)
    shown_key: Mapped[str] = mapped_column(index=True)
    content_type: Mapped[str]
    shown_type: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    pages: Mapped[int] = mapped_column(default=1)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    disclosed: Mapped[bool] = mapped_column(default=False)
    in_room: Mapped[bool] = mapped_column(default=False)  # brought to a sitting, not filed
    advice: Mapped[str] = mapped_column(default="")  # message id: what is wrong with the photo

    __table_args__ = (UniqueConstraint("case_id", "side", "number"),)

    def piece(self) -> Piece:
        return Piece(self.side, self.material, self.in_room, self.disclosed)


def evidence_item(found: Examined, name: str, body: bytes, keys: tuple[str, str]) -> EvidenceItem:
    """A file that was looked into, with the keys of the original and of what is shown; of no case yet."""
    title = name.rsplit("/", 1)[-1].rsplit(".", 1)[0][:LONGEST_TITLE]
    return EvidenceItem(
        title=title,
        file_name=name[-120:],
        object_key=keys[0],
        shown_key=keys[1],
        content_type=found.content_type,
        shown_type=found.shown_type,
        sha256=sha256(body).hexdigest(),
        size_bytes=len(body),
        pages=found.pages,
        advice=found.advice,
    )


def replace_file(row: EvidenceItem, other: EvidenceItem) -> None:
    """Put another file in the place of this one, which keeps its number, name and purpose."""
    for name in (
        *("object_key", "shown_key", "content_type", "shown_type", "sha256", "size_bytes", "pages"),
        *("file_name", "advice", "uploaded_at", "uploaded_by"),
    ):
        setattr(row, name, getattr(other, name))


class EvidenceRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: EvidenceItem) -> EvidenceItem:
        self._session.add(row)
        return row

    async def get(self, item_id: UUID) -> EvidenceItem:
        return await self._session.get_one(EvidenceItem, item_id)

    async def of_case(self, case_id: UUID) -> list[EvidenceItem]:
        """Both sides' evidence, side A first."""
        rows = await self._session.scalars(
            select(EvidenceItem)
            .where(EvidenceItem.case_id == case_id)
            .order_by(EvidenceItem.side, EvidenceItem.number)
        )
        return list(rows)

    async def of_side(self, case_id: UUID, side: str) -> list[EvidenceItem]:
        return [row for row in await self.of_case(case_id) if row.side == side]

    async def next_number(self, case_id: UUID, side: str) -> int:
        """One more than the highest number; the case is locked by whoever asks."""
        highest = await self._session.scalar(
            select(func.max(EvidenceItem.number)).where(
                EvidenceItem.case_id == case_id, EvidenceItem.side == side
            )
        )
        return (highest or 0) + 1

    async def remove(self, row: EvidenceItem) -> None:
        await self._session.delete(row)
        await self._session.flush()

    async def refers(self, key: str) -> bool:
        """Whether any piece still needs this object."""
        found = await self._session.scalar(
            select(EvidenceItem.id)
            .where(or_(EvidenceItem.object_key == key, EvidenceItem.shown_key == key))
            .limit(1)
        )
        return found is not None
