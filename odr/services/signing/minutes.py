"""The settled minutes: signed by those whom the room saw and the one who led it.

Rule 1: with the last signature the undisputed facts become a paper of their own: all that a court may read.
"""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from odr.db.agreements import Signatory
from odr.db.minuted import close_if_done, minuted, read_by, signatories, tell
from odr.db.minutes import MinutesPaper
from odr.db.signatures import SignedFile
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.minutes import FOR_SIGNING, TALKS
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.services.signing.service import SigningService


class MinutesSigning(SigningService):
    """The minutes of a sitting; its subject is the sitting."""

    name = "minutes"
    table = MinutesPaper
    again = "You have signed these minutes already."  # messages
    details = MappingProxyType({"audience": TALKS})

    async def _to_sign(self, tx: Tx, actor: Actor, subject_id: UUID) -> tuple[SignedFile, Signatory]:
        found, _ = await read_by(tx, actor, subject_id, lock=True)
        row = await tx.minutes.paper(subject_id)
        if row is None:
            raise NotFound
        signers = {one.account_id: one for one in await signatories(tx, found)}
        who = signers.get(actor.account_id) if actor.account_id else None
        if who is None or who.account_id not in row.fields:
            raise NotPermitted
        if found.state not in FOR_SIGNING:
            raise NotAllowed(self.again)
        if (mine := found.readers.get(who.account_id)) and mine.declined_at:
            raise NotAllowed("You have declined to sign these minutes.")
        return row, replace(who, field=row.fields[who.account_id])

    async def _file(self, tx: Tx, paper_id: UUID) -> SignedFile:
        return await tx.minutes.get_paper(paper_id)

    async def _placed(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        paper = await tx.minutes.get_paper(row.id)
        found = await minuted(tx, await tx.sittings.meeting(paper.sitting_id, None))
        document = await tx.documents.get(paper.document_id)
        document.object_key = paper.object_key
        await close_if_done(tx, found, paper, now)
        tell(tx, found, now)

    async def _tell(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        paper = await tx.minutes.get_paper(row.id)
        tell(tx, await minuted(tx, await tx.sittings.meeting(paper.sitting_id, None)), now)
