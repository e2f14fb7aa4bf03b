"""Papers and evidence: uploaded, named, taken back, opened by those who may see them.

Rule 1: the original stays as it came, under its hash; people are served a copy without camera data.
Rule 2: what was submitted, shown in a sitting or disclosed cannot be taken back, nor changed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from filing import draft as drafting
from filing.checklist import Item, checklist
from filing.errors import FilingError
from filing.materials import PHOTOS
from filing.uploads import PDF
from odr.db.evidence import LONGEST_TITLE, EvidenceItem, evidence_item, replace_file
from odr.db.filings import handed_in
from odr.db.uow import Database, Tx
from odr.domain import drafts
from odr.domain.accounts import Actor
from odr.domain.agents import MATERIAL
from odr.domain.evidence import open_to_court
from odr.domain.permissions import STAFF, Part, part, signed_in
from odr.errors import BadInput, NotAllowed, NotFound, OdrError
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

MOST_BYTES: Final = 20 * 2**20  # a file; the whole request has its own bound
MOST_FILES: Final = 60  # a side
_PAGE_DPI: Final = 110
LONGEST_PURPOSE: Final = 300
SCENE: Final = PHOTOS.id  # of goods or a place: the rules for photos of papers say nothing about it
_S = drafts.State
_OPEN: Final = {
    "A": frozenset({*drafts.WRITABLE, _S.SUPPLEMENT_REQUIRED, _S.RETURNED, _S.PRE_MEDIATION}),
    "B": frozenset({_S.PRE_MEDIATION}),
}


@dataclass(frozen=True, slots=True)
class PaperView:
    """One uploaded file. `removable`: not submitted yet. `advice`: what is wrong with the photo, or ""."""

    id: UUID
    side: str
    number: int
    title: str
    purpose: str
    material: str
    file_name: str
    content_type: str
    size_bytes: int
    pages: int
    sha256: str
    uploaded_at: datetime
    disclosed: bool
    removable: bool
    advice: str


@dataclass(frozen=True, slots=True)
class PapersView:
    """A side's files, what the other disclosed (`theirs`), and the papers that this filing needs."""

    case_id: UUID
    items: tuple[PaperView, ...]
    theirs: tuple[PaperView, ...]
    checklist: tuple[Item, ...]
    open: bool
    drafting: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not taken, and why (a message id)."""

    file_name: str
    why: str


@dataclass(frozen=True, slots=True)
class OpenedPaper:
    file_name: str
    content_type: str
    body: bytes


class EvidenceService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def show(self, actor: Actor, case_id: UUID) -> PapersView:
        """The actor's own side."""
        async with self._db.read() as tx:
            mine = _sided(part(actor, await tx.cases.belonging(case_id)))
            state = await tx.states.get(drafts.MACHINE.name, case_id)
            case = await tx.cases.get(case_id)
            submitted_at = case.first_submitted_at if case else None
            rows, theirs = await _sorted(tx, case_id, mine.side)
            shown = await tx.exhibits.were_shown(row.id for row in rows)
            items = tuple(_view(row, removable=_removable(row, submitted_at, shown)) for row in rows)
            needed = await _checklist(tx, actor, case_id) if mine.side == "A" else ()
        return PapersView(case_id, items, theirs, needed, state in _OPEN[mine.side], state in drafts.WRITABLE)

    async def upload(
        self, actor: Actor, case_id: UUID, files: Sequence[tuple[str, bytes]], material: str = ""
    ) -> tuple[Refusal, ...]:
        """Keep the files that can be kept; the others come back with the reason."""
        async with self._db.read() as tx:
            await _uploader(tx, actor, case_id)
        refused: list[Refusal] = []
        for name, body in files:
            try:
                await self._keep(actor, case_id, name, body, material)
            except FilingError as error:
                refused.append(Refusal(name, getattr(error, "message", error.public)))
            except BadInput as error:
                refused.append(Refusal(name, error.message))
        return tuple(refused)

    async def describe(
        self, actor: Actor, case_id: UUID, item_id: UUID, *, title: str, purpose: str, material: str
    ) -> None:
        """Say what a file is called and what it shall prove."""
        if not title.strip():
            raise BadInput("Please give this file a name that says what it shows.", field="title")
        if len(title) > LONGEST_TITLE or len(purpose) > LONGEST_PURPOSE:
            raise BadInput("Please write it shorter.", field="title")
        async with self._db.begin() as tx:
            row = await _own(tx, actor, case_id, item_id)
            if row.disclosed:
                raise NotAllowed("The other side has this file under its name; it stays as it is.")
            row.title, row.purpose, row.material = title.strip(), purpose.strip(), material
            self._note(tx, actor, "evidence.describe", row)

    async def remove(self, actor: Actor, case_id: UUID, item_id: UUID) -> None:
        """Take a file back before it was submitted; its bytes go when nothing else needs them."""
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            row = await _unsettled(tx, actor, case_id, item_id)
            keys = {row.object_key, row.shown_key}
            self._note(tx, actor, "evidence.remove", row)
            await tx.evidence.remove(row)
        await self._forget(keys)

    async def retake(self, actor: Actor, case_id: UUID, item_id: UUID, name: str, body: bytes) -> None:
        """Put a better photo in the place of one that was not submitted yet; name and purpose stay."""
        async with self._db.read() as tx:
            await _retaken(tx, actor, case_id, item_id)
        try:
            other = await self._looked_at(name, body)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="files") from error
        keys = {other.object_key, other.shown_key}
        try:
            async with self._db.begin() as tx:
                await tx.cases.lock(case_id)
                row = await _retaken(tx, actor, case_id, item_id)
                there = await tx.evidence.of_side(case_id, row.side)
                if any(one.object_key == other.object_key for one in there):
                    raise BadInput("You have uploaded this file already.")
                keys, before = {row.object_key, row.shown_key}, row.sha256
                other.uploaded_at, other.uploaded_by = self._clock.now(), signed_in(actor)
                replace_file(row, other)
                self._note(tx, actor, "evidence.retake", row, before=before)
        finally:
            await self._forget(keys)

    async def open(self, actor: Actor, case_id: UUID, item_id: UUID) -> OpenedPaper:
        """The copy to look at, for its own side, the court, and the other side once it is disclosed."""
        async with self._db.begin() as tx:
            row = await _visible(tx, actor, case_id, item_id)
            self._note(tx, actor, "evidence.open", row)
            key, name, shown_type = row.shown_key, row.title or row.file_name, row.shown_type
        return OpenedPaper(name, shown_type, await self._objects.get(key))

    async def page(self, actor: Actor, case_id: UUID, item_id: UUID, number: int) -> OpenedPaper:
        """One page, from 1, as a picture."""
        async with self._db.begin() as tx:
            row = await _visible(tx, actor, case_id, item_id)
            if not 1 <= number <= row.pages:
                raise NotFound
            self._note(tx, actor, "evidence.open", row)
            key, name, shown_type = row.shown_key, row.title or row.file_name, row.shown_type
        shown = await self._objects.get(key)
        if shown_type != PDF:
            return OpenedPaper(name, shown_type, shown)
        return OpenedPaper(name, "image/png", await self._reader.page(shown, number - 1, dpi=_PAGE_DPI))

    async def _keep(self, actor: Actor, case_id: UUID, name: str, body: bytes, material: str) -> None:
        row = await self._looked_at(name, body)
        row.material = material
        try:
            await self._enter(actor, case_id, row)
        except OdrError:
            await self._forget({row.object_key, row.shown_key})
            raise

    async def _looked_at(self, name: str, body: bytes) -> EvidenceItem:
        """The file examined and its bytes kept, of no case yet."""
        if len(body) > MOST_BYTES:
            raise BadInput("This file is too large. Please send one of at most 20 MB.")
        found = await self._reader.examine(body)
        object_key = await self._objects.put(body)
        shown_key = object_key if found.shown == body else await self._objects.put(found.shown)
        return evidence_item(found, name, body, (object_key, shown_key))

    async def _enter(self, actor: Actor, case_id: UUID, row: EvidenceItem) -> None:
        """Give the file its number on the actor's side, unless there are too many or it is there already."""
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            mine = await _uploader(tx, actor, case_id)
            there = await tx.evidence.of_side(case_id, mine.side)
            if len(there) >= MOST_FILES:
                raise BadInput("There are 60 files already. Please join pages into one PDF.")
            if any(other.object_key == row.object_key for other in there):
                raise BadInput("You have uploaded this file already.")
            row.case_id, row.side = case_id, mine.side
            row.number = await tx.evidence.next_number(case_id, mine.side)
            row.uploaded_at, row.uploaded_by = self._clock.now(), signed_in(actor)
            tx.evidence.add(row)
            await tx.flush()
            self._note(tx, actor, "evidence.upload", row)

    async def _forget(self, keys: set[str]) -> None:
        """Delete the bytes that no row refers to."""
        async with self._db.read() as tx:
            unneeded = [key for key in keys if not await tx.evidence.refers(key)]
        for key in unneeded:
            await self._objects.delete(key)

    def _note(self, tx: Tx, actor: Actor, action: str, row: EvidenceItem, **more: str) -> None:
        now = self._clock.now()
        within = {} if row.disclosed else {"audience": row.side}  # the other side does not know of it
        details = {"sha256": row.sha256, **within, **more}
        tx.audit.add(actor, action, "evidence", row.id, at=now, case_id=row.case_id, **details)


def _sided(mine: Part) -> Part:
    if mine.side not in _OPEN:
        raise NotFound
    return mine


async def _uploader(tx: Tx, actor: Actor, case_id: UUID) -> Part:
    """The actor's part, if his side may send files now."""
    mine = _sided(part(actor, await tx.cases.belonging(case_id)))
    if await tx.states.get(drafts.MACHINE.name, case_id) not in _OPEN[mine.side]:
        raise NotAllowed("No files are taken at this point of the case.")
    return mine


async def _own(tx: Tx, actor: Actor, case_id: UUID, item_id: UUID) -> EvidenceItem:
    mine = await _uploader(tx, actor, case_id)
    row = await tx.evidence.get(item_id)
    if row.case_id != case_id or row.side != mine.side:
        raise NotFound
    return row


async def _unsettled(tx: Tx, actor: Actor, case_id: UUID, item_id: UUID) -> EvidenceItem:
    """A file that may still be taken back."""
    row, case = await _own(tx, actor, case_id, item_id), await tx.cases.get(case_id)
    shown = await tx.exhibits.were_shown([item_id])
    if not _removable(row, case.first_submitted_at if case else None, shown):
        raise NotAllowed("This file was submitted, shown or disclosed, and stays with the case.")
    return row


async def _retaken(tx: Tx, actor: Actor, case_id: UUID, item_id: UUID) -> EvidenceItem:
    """A file that may be replaced. A power of attorney is not: its page reads the new one too."""
    row = await _unsettled(tx, actor, case_id, item_id)
    if row.material == MATERIAL:
        raise NotAllowed("Please photograph the power of attorney again where you act for somebody.")
    return row


async def _visible(tx: Tx, actor: Actor, case_id: UUID, item_id: UUID) -> EvidenceItem:
    mine = part(actor, await tx.cases.belonging(case_id))
    row = await tx.evidence.get(item_id)
    court = mine.role in STAFF and open_to_court(row.piece())
    may = court or mine.side == row.side or row.disclosed
    if row.case_id != case_id or not may:
        raise NotFound
    return row


async def _checklist(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Item, ...]:
    answers = drafting.load((await tx.drafts.get(case_id)).answers).answers
    return checklist(answers, await handed_in(tx, case_id, signed_in(actor)))


async def _sorted(tx: Tx, case_id: UUID, side: str) -> tuple[list[EvidenceItem], tuple[PaperView, ...]]:
    """The pieces of the side, and what it may see of the other's."""
    rows = await tx.evidence.of_case(case_id)
    disclosed = (row for row in rows if row.side != side and row.disclosed)
    return [row for row in rows if row.side == side], tuple(_view(row, removable=False) for row in disclosed)


def _removable(row: EvidenceItem, submitted_at: datetime | None, shown: Collection[UUID]) -> bool:
    """Nobody has relied on it yet. `shown`: the pieces that lay open in a sitting."""
    known = row.disclosed or row.id in shown
    return not known and (submitted_at is None or row.uploaded_at > submitted_at)


def _view(row: EvidenceItem, *, removable: bool) -> PaperView:
    return PaperView(
        row.id,
        row.side,
        row.number,
        row.title,
        row.purpose,
        row.material,
        row.file_name,
        row.content_type,
        row.size_bytes,
        row.pages,
        row.sha256,
        row.uploaded_at,
        row.disclosed,
        removable,
        "" if row.material == SCENE else row.advice,
    )
