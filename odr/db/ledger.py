"""The log's rows: entries in their order, the tree's nodes, and the checkpoints signed over them.

Rule 1: rows are added and never changed; the only thing filled in later is a checkpoint's time-stamp.
Rule 2: one sequencer at a time: whoever gives out indexes holds the log until the transaction ends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, func, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from odr.db.audit import AuditEntry, canonical
from odr.db.base import Base
from odr.domain.dossier import Receipt
from odr.domain.ledger import Frontier, Node, Span, consistency_spans, inclusion_spans, peaks_of, proof

_SEQUENCER = 0x6F6472  # the advisory lock's number on PostgreSQL: "odr"


class LogLeaf(Base):
    __tablename__ = "log_leaves"
    audited: ClassVar[bool] = False

    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    audit_id: Mapped[UUID] = mapped_column(ForeignKey("audit.id"), unique=True)
    entry: Mapped[str]


class LogNode(Base):
    """The hash of a complete subtree: the 2**level leaves from index * 2**level on."""

    __tablename__ = "log_nodes"
    audited: ClassVar[bool] = False

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogCheckpoint(Base):
    """A signed note over the first `size` entries; `token` comes when the authority has answered."""

    __tablename__ = "log_checkpoints"
    audited: ClassVar[bool] = False

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    note: Mapped[str]
    at: Mapped[datetime]
    token: Mapped[bytes | None]


class LogRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self) -> None:
        """Be the only sequencer. SQLite's writing transactions are alone already."""
        if self._session.get_bind().dialect.name == "postgresql":
            await self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEQUENCER})

    async def pending(self, limit: int) -> list[AuditEntry]:
        """Audit entries that the log does not hold yet, oldest first."""
        rows = await self._session.scalars(
            select(AuditEntry)
            .where(AuditEntry.log_index.is_(None))
            .order_by(AuditEntry.at, AuditEntry.id)
            .limit(limit)
        )
        return list(rows)

    async def frontier(self) -> Frontier:
        """The tree as it stands, ready for the next entry."""
        last = await self._session.scalar(select(func.max(LogLeaf.index)))
        size = 0 if last is None else last + 1
        peaks = peaks_of(Span(0, size))
        hashes = await self._hashes(peaks)
        return Frontier(size, tuple(hashes[node] for node in peaks))

    async def append(
        self, index: int, audit_id: UUID, entry: str, nodes: Iterable[tuple[Node, bytes]]
    ) -> None:
        self._session.add(LogLeaf(index=index, audit_id=audit_id, entry=entry))
        self._session.add_all(LogNode(level=n.level, index=n.index, hash=value) for n, value in nodes)
        # Not through the row: the act is committed already, and this is no act.
        await self._session.execute(
            update(AuditEntry)
            .where(AuditEntry.id == audit_id)
            .values(log_index=index)
            .execution_options(synchronize_session=False)
        )

    async def add_checkpoint(self, size: int, note: str, at: datetime) -> None:
        self._session.add(LogCheckpoint(size=size, note=note, at=at))

    async def set_token(self, size: int, token: bytes) -> None:
        checkpoint = await self._session.get_one(LogCheckpoint, size)
        checkpoint.token = token

    async def newest(self) -> LogCheckpoint | None:
        """The newest checkpoint, time-stamped or not."""
        return await self._session.scalar(select(LogCheckpoint).order_by(LogCheckpoint.size.desc()).limit(1))

    async def stamped(self) -> LogCheckpoint | None:
        """The newest checkpoint that has its time-stamp; a newer one may be waiting for its own."""
        return await self._session.scalar(
            select(LogCheckpoint)
            .where(LogCheckpoint.token.is_not(None))
            .order_by(LogCheckpoint.size.desc())
            .limit(1)
        )

    async def note_of(self, size: int) -> str | None:
        """The checkpoint signed over exactly this many entries, if there was one."""
        return await self._session.scalar(select(LogCheckpoint.note).where(LogCheckpoint.size == size))

    async def covering(self, index: int) -> LogCheckpoint | None:
        """The first time-stamped checkpoint that covers this entry: the earliest time it is proved for."""
        return await self._session.scalar(
            select(LogCheckpoint)
            .where(LogCheckpoint.size > index, LogCheckpoint.token.is_not(None))
            .order_by(LogCheckpoint.size)
            .limit(1)
        )

    async def receipt(self, audit: AuditEntry, checkpoint: LogCheckpoint) -> Receipt:
        """The proof of one act against a time-stamped checkpoint that covers it."""
        leaf = await self._session.scalar(select(LogLeaf).where(LogLeaf.audit_id == audit.id))
        if leaf is None or checkpoint.token is None:
            raise ValueError("the act is not covered by this checkpoint")
        path = await self._proof(inclusion_spans(leaf.index, checkpoint.size))
        return Receipt(
            canonical(audit).decode(),
            audit.salt,
            leaf.entry,
            leaf.index,
            path,
            checkpoint.note,
            checkpoint.token,
        )

    async def consistency(self, first: int, second: int) -> tuple[bytes, ...]:
        """The proof that the log of `first` entries is a beginning of that of `second`."""
        return await self._proof(consistency_spans(first, second))

    async def leaves(self, begin: int, limit: int) -> list[tuple[LogLeaf, AuditEntry | None]]:
        """Entries in order, each with the act it stands for, if that is still there."""
        rows = await self._session.execute(
            select(LogLeaf, AuditEntry)
            .outerjoin(AuditEntry, AuditEntry.id == LogLeaf.audit_id)
            .where(LogLeaf.index >= begin)
            .order_by(LogLeaf.index)
            .limit(limit)
        )
        return [(leaf, audit) for leaf, audit in rows]

    async def _proof(self, spans: Sequence[Span]) -> tuple[bytes, ...]:
        hashes = await self._hashes([node for span in spans for node in peaks_of(span)])
        return proof(spans, hashes.__getitem__)

    async def _hashes(self, nodes: Sequence[Node]) -> dict[Node, bytes]:
        wanted = [(node.level, node.index) for node in nodes]
        rows = await self._session.scalars(
            select(LogNode).where(tuple_(LogNode.level, LogNode.index).in_(wanted))
        )
        return {Node(row.level, row.index): row.hash for row in rows}
