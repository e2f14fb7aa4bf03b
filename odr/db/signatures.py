"""What is signed, whatever the paper: the file that grows by signatures, and each step-up for one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.base import Base
from odr.domain.signatures import Revision
from odr.domain.stepup import CodeFacts, Stage


class SignedFile:
    """The columns of a paper that people sign. `object_key` and `sha256` are those of the newest revision.

    `signers`: whom the file names, as {"account", "side", "field"}.
    """

    id: Mapped[UUID]
    case_id: Mapped[UUID]
    signers: Mapped[list[Any]] = mapped_column(default=list)
    object_key: Mapped[str] = mapped_column(default="")
    base_key: Mapped[str] = mapped_column(default="")  # the prepared file that nobody has signed yet
    base_bytes: Mapped[int] = mapped_column(default=0)
    base_sha256: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(default="")
    pages: Mapped[int] = mapped_column(default=0)

    @property
    def revision(self) -> Revision:
        return Revision(self.base_sha256, self.base_bytes, self.sha256)

    @property
    def fields(self) -> dict[UUID, str]:
        """The place in the file of each person whom it names."""
        return {UUID(one["account"]): one["field"] for one in self.signers}

    @property
    def sides(self) -> dict[UUID, str]:
        """The side for which each person whom the file names signs; "" for the mediator."""
        return {UUID(one["account"]): one["side"] for one in self.signers}


class SignatureApproval(Base):
    """One step-up for one signature, from the code to the signed revision; `paper_id` is that of its file."""

    __tablename__ = "signature_approvals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    paper_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    field: Mapped[str]
    name: Mapped[str]
    capacity: Mapped[str]
    handwriting_key: Mapped[str]
    base_sha256: Mapped[str]
    base_bytes: Mapped[int]
    sha256: Mapped[str]
    challenge: Mapped[str]
    code_digest: Mapped[bytes]
    stage: Mapped[str] = mapped_column(default=Stage.ASKED.value)
    sent_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    approved_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)  # 1 for the first signature in the file
    signed_sha256: Mapped[str] = mapped_column(default="")  # the revision that it made

    @property
    def revision(self) -> Revision:
        return Revision(self.base_sha256, self.base_bytes, self.sha256)

    def facts(self) -> CodeFacts:
        return CodeFacts(Stage(self.stage), self.challenge, self.sent_at, self.tries)


class SignatureRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: SignatureApproval) -> SignatureApproval:
        self._session.add(row)
        return row

    async def get(self, approval_id: UUID) -> SignatureApproval:
        return await self._session.get_one(SignatureApproval, approval_id)

    async def last(self, paper_id: UUID, account_id: UUID) -> SignatureApproval | None:
        """The person's newest step-up for this paper, held until the transaction ends."""
        return await self._session.scalar(
            select(SignatureApproval)
            .where(SignatureApproval.paper_id == paper_id, SignatureApproval.account_id == account_id)
            .order_by(SignatureApproval.sent_at.desc(), SignatureApproval.id)
            .limit(1)
            .with_for_update()
        )

    async def of_paper(self, paper_id: UUID, stages: Collection[Stage]) -> list[SignatureApproval]:
        rows = await self._session.scalars(
            select(SignatureApproval)
            .where(
                SignatureApproval.paper_id == paper_id,
                SignatureApproval.stage.in_([stage.value for stage in stages]),
            )
            .order_by(SignatureApproval.position, SignatureApproval.sent_at)
        )
        return list(rows)

    async def newest(self, paper_id: UUID) -> dict[UUID, SignatureApproval]:
        """The last step-up of each person."""
        rows = sorted(await self.of_paper(paper_id, tuple(Stage)), key=lambda one: one.sent_at)
        return {row.account_id: row for row in rows}

    async def signed(self, paper_id: UUID) -> list[SignatureApproval]:
        """The signatures in the file, in their order."""
        return await self.of_paper(paper_id, (Stage.SIGNED,))

    async def move(
        self, table: type[SignedFile], paper_id: UUID, expected_sha256: str, key: str, sha256: str
    ) -> bool:
        """Put a new revision in the place of the expected one; False if another was there first."""
        moved = await self._session.execute(
            update(table)
            .where(table.id == paper_id, table.sha256 == expected_sha256)
            .values(object_key=key, sha256=sha256)
            .execution_options(synchronize_session="fetch")
        )
        return bool(moved.rowcount == 1)  # type: ignore[attr-defined]  # a cursor result for UPDATE
