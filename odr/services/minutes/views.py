"""The minutes as one of their readers sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.minuted import Minuted
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.minutes import BOTH, Piece, State, Verdict, Word, differences, undisputed
from odr.domain.steps import Reason
from odr.domain.stepup import short_digest


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it stands, "" if it was taken out; `pieces`: against what was written, () if unchanged."""

    id: UUID
    at: datetime
    speaker: str
    text: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class FactView:
    """`answers` by side, None before it has spoken; `mine`: of the reader's side.

    `lacks`: why this reader may say no and not yes, "" if both.
    """

    id: UUID
    text: str
    answers: Mapping[str, bool | None]
    mine: bool | None
    undisputed: bool
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """`speaker` is that of the line; "" for something to be added."""

    id: UUID
    by: str
    mine: bool
    speaker: str
    pieces: tuple[Piece, ...]
    reason: str
    at: datetime
    verdict: Verdict
    answer: str


@dataclass(frozen=True, slots=True)
class ReaderView:
    name: str
    mine: bool
    word: Word
    at: datetime | None


@dataclass(frozen=True, slots=True)
class SignerView:
    """`stage` is that of the newest step-up, "" before it."""

    name: str
    role: str
    mine: bool
    signed_at: datetime | None
    stage: str
    declined: str  # why the person does not sign; "" if they have not said so


@dataclass(frozen=True, slots=True)
class PaperView:
    """The file that is signed; `digest` is what the text message repeats."""

    document_id: UUID
    pages: int
    digest: str
    signers: tuple[SignerView, ...]

    @property
    def mine(self) -> SignerView | None:
        return next((one for one in self.signers if one.mine), None)


@dataclass(frozen=True, slots=True)
class MinutesView:
    """The minutes as one of their readers sees them; `state` "" until the sitting is over.

    `until`: when the time to check, or to answer corrections, ends.
    """

    id: UUID
    case_id: UUID
    number: str
    closed: bool
    state: str
    hosts: bool
    side: str
    held_at: datetime
    until: datetime | None
    lines: tuple[LineView, ...]
    facts: tuple[FactView, ...]
    corrections: tuple[CorrectionView, ...]
    readers: tuple[ReaderView, ...]
    paper: PaperView | None

    @property
    def me(self) -> ReaderView | None:
        return next((one for one in self.readers if one.mine), None)


@dataclass(frozen=True, slots=True)
class MinutesItem:
    """The minutes of one sitting in a list of the case."""

    id: UUID
    held_at: datetime
    state: str


def lines(found: Minuted) -> tuple[LineView, ...]:
    lines = []
    for row in found.lines:
        stands = found.stands(row)
        pieces = differences(row.text, stands) if stands != row.text else ()
        lines.append(LineView(row.id, row.at, row.speaker, stands, pieces))
    added = [
        LineView(row.id, row.at, found.name(row.by), row.new, differences("", row.new)) for row in found.added
    ]
    return (*lines, *added)


def facts(found: Minuted, side: str, lacks: Reason | None) -> tuple[FactView, ...]:
    return tuple(
        FactView(
            row.id,
            row.text,
            {one: found.answers[row.id].get(one) for one in sorted(BOTH)},
            found.answers[row.id].get(side),
            undisputed(found.answers[row.id]),
            lacks.text if lacks else "",
        )
        for row in found.stated
    )


def corrections(found: Minuted, actor: Actor) -> tuple[CorrectionView, ...]:
    speakers = {row.id: row.speaker for row in found.lines}
    return tuple(
        CorrectionView(
            row.id,
            found.name(row.by),
            row.by == actor.account_id,
            speakers[row.line_id] if row.line_id else "",
            differences(row.old, row.new),
            row.reason,
            row.at,
            Verdict(row.verdict),
            row.answer,
        )
        for row in found.corrections
    )


def readers(found: Minuted, actor: Actor) -> tuple[ReaderView, ...]:
    over = found.state is not None and found.state is not State.CHECKING
    views = []
    for key in found.readers:
        word, at = found.word(key, over=over)
        views.append(ReaderView(found.name(key), key == actor.account_id, word, at))
    return tuple(views)


async def paper(tx: Tx, found: Minuted, actor: Actor) -> PaperView | None:
    row = await tx.minutes.paper(found.sitting_id)
    if row is None:
        return None
    newest = await tx.signatures.newest(row.id)
    signers = []
    for one in row.signers:
        account_id = UUID(one["account"])
        last = newest.get(account_id)
        role = one["field"].rpartition("_")[0] if one["field"][-1].isdigit() else one["field"]
        signers.append(
            SignerView(
                found.name(account_id),
                role,
                account_id == actor.account_id,
                last.signed_at if last else None,
                last.stage if last else "",
                reader.decline_reason if (reader := found.readers.get(account_id)) else "",
            )
        )
    return PaperView(row.document_id, row.pages, short_digest(row.base_sha256), tuple(signers))
