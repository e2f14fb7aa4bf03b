"""A further piece brought during the sitting, from the camera of the phone or as a file.

Rule 1: it is the side's own until the side discloses it; in a talk apart it stays there.
Rule 2: nothing is stored of a file that was not taken.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from filing.errors import FilingError
from odr.db.evidence import LONGEST_TITLE, EvidenceItem, evidence_item
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.minutes import TALKS
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel
from odr.errors import BadInput, NotAllowed, OdrError
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader
from odr.services.exhibits.rules import Note, side

MOST_BYTES: Final = 20 * 2**20
MOST_FILES: Final = 60  # a side
LONGEST_PURPOSE: Final = 300


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it came, with what it is called and what it shall prove, where the person said so."""

    file_name: str
    body: bytes
    title: str = ""
    purpose: str = ""


class Intake:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def add(self, actor: Actor, sitting_id: UUID, brought: Brought) -> UUID:
        """Keep the file under the side's next number; BadInput in the person's words if it cannot be kept."""
        body = brought.body
        if len(body) > MOST_BYTES:
            raise BadInput("This file is too large. Please send one of at most 20 MB.", field="file")
        async with self._db.read() as tx:
            await _bringer(tx, actor, sitting_id)
        try:
            found = await self._reader.examine(body)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="file") from error
        object_key = await self._objects.put(body)
        shown_key = object_key if found.shown == body else await self._objects.put(found.shown)
        row = evidence_item(found, brought.file_name, body, (object_key, shown_key))
        row.in_room = True
        row.title = brought.title.strip()[:LONGEST_TITLE] or row.title
        row.purpose = brought.purpose.strip()[:LONGEST_PURPOSE]
        try:
            return await self._enter(actor, sitting_id, row)
        except OdrError:
            await self._forget({object_key, shown_key})
            raise

    async def _enter(self, actor: Actor, sitting_id: UUID, row: EvidenceItem) -> UUID:
        async with self._db.begin() as tx:
            mine, case_id = await _bringer(tx, actor, sitting_id)
            await tx.cases.lock(case_id)
            meeting = await tx.sittings.meeting(sitting_id, signed_in(actor), lock=True)
            there = await tx.evidence.of_side(case_id, mine)
            if len(there) >= MOST_FILES:
                raise BadInput("There are 60 files already. Please join pages into one PDF.", field="file")
            if any(other.object_key == row.object_key for other in there):
                raise BadInput("You have uploaded this file already.", field="file")
            row.case_id, row.side = case_id, mine
            row.number = await tx.evidence.next_number(case_id, mine)
            row.uploaded_at, row.uploaded_by = self._clock.now(), signed_in(actor)
            tx.evidence.add(row)
            await tx.flush()
            note = Note(actor, meeting, row.id, row.uploaded_at)
            note.add(tx, "upload", sha256=row.sha256, room=True, audience=f"{TALKS}:{mine}")
            news = {"sitting": str(sitting_id), "what": "evidence"}
            for key in meeting.seats:
                if side(meeting, key) == mine:
                    tx.pushes.add(key, "sitting", news, row.uploaded_at)
        return row.id

    async def _forget(self, keys: set[str]) -> None:
        """Delete the bytes that no row refers to."""
        async with self._db.read() as tx:
            unneeded = [key for key in keys if not await tx.evidence.refers(key)]
        for key in unneeded:
            await self._objects.delete(key)


async def _bringer(tx: Tx, actor: Actor, sitting_id: UUID) -> tuple[str, UUID]:
    """The side of the person, who is in the room, and the case; NotAllowed for everybody else."""
    meeting = await tx.sittings.meeting(sitting_id, signed_in(actor))
    mine = side(meeting, signed_in(actor))
    if not mine or meeting.place_of(signed_in(actor), Channel.CHAT) is None:
        raise NotAllowed("Parties and their agents bring evidence, once they are in the room.")
    return mine, meeting.sitting.case_id
