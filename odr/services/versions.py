"""The versions of an agreement, two of them side by side."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.agreements import Agreement, readable_by
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.agreements import from_record, sentences
from odr.domain.differences import Pair, side_by_side
from odr.domain.permissions import Permission, part, permit
from odr.domain.steps import Role
from odr.errors import NotFound


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version that this person may read; `how`: draft, offered, withdrawn or signed."""

    number: int
    at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class VersionsView:
    """All of them, the newest first, and the sentences of `first` beside those of `second`."""

    case_id: UUID
    case_number: str
    role: Role
    versions: tuple[VersionView, ...]
    first: int
    second: int
    pairs: tuple[Pair, ...]


class VersionService:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def compare(self, actor: Actor, case_id: UUID, first: int = 0, second: int = 0) -> VersionsView:
        """Two versions, the last two if none are named (0); a party compares what was offered."""
        async with self._db.read() as tx:
            who = permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_AGREEMENT)
            case = await tx.cases.known(case_id)
            rows = {row.version: row for row in readable_by(await tx.agreements.versions(case_id), who.role)}
        if not rows:
            raise NotFound
        known = sorted(rows)
        second = second or known[-1]
        first = first or next((one for one in reversed(known) if one < second), second)
        if not {first, second} <= rows.keys():
            raise NotFound
        texts = [sentences(from_record(rows[one].terms)) for one in (first, second)]
        listed = tuple(VersionView(one, rows[one].written_at, _how(rows[one])) for one in reversed(known))
        pairs = tuple(side_by_side(*texts))
        return VersionsView(case_id, case.number or "", who.role, listed, first, second, pairs)


def _how(row: Agreement) -> str:
    if row.completed_at:
        return "signed"
    return "draft" if row.offered_at is None else "withdrawn" if row.withdrawn_at else "offered"
