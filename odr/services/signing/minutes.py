"""The settled minutes: signed by those whom the room saw and the one who led it.

Rule 1: with the last signature the undisputed facts become a paper of their own: all that a court may read.
"""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from odr.db.agreements import Signatory
from odr.db.cases import Case
from odr.db.minuted import minuted, read_by, settled, signatories, take, tell
from odr.db.minutes import MinutesPaper
from odr.db.signatures import SignedFile
from odr.db.uow import Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.minutes import TALKS, Action, State, extract
from odr.domain.papers import chinese_moment
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
        if found.state is not State.SIGNING:
            raise NotAllowed(self.again)
        return row, replace(who, field=row.fields[who.account_id])

    async def _file(self, tx: Tx, paper_id: UUID) -> SignedFile:
        return await tx.minutes.get_paper(paper_id)

    async def _placed(self, tx: Tx, case: Case, row: SignedFile, now: datetime) -> None:
        paper = await tx.minutes.get_paper(row.id)
        found = await minuted(tx, await tx.sittings.meeting(paper.sitting_id, None))
        document = await tx.documents.get(paper.document_id)
        document.object_key = paper.object_key
        signed = await tx.signatures.signed(paper.id)
        acting = {one.account_id for one in await signatories(tx, found)}
        missing = paper.fields.keys() & acting - {one.account_id for one in signed}
        if missing:
            return tell(tx, found, now)
        _, fields = await settled(tx, found, now)
        frame = {
            "case_title": fields["case_title"],
            "held_at": fields["held_at"],
            "mediator": fields["mediator"],
            "minutes_id": str(paper.id),
            "minutes_sha256": paper.sha256,
            **({"number": case.number} if case.number else {}),
        }
        who = [f"{one.capacity}{one.name}，{chinese_moment(one.signed_at or now)}签名" for one in signed]
        both = {side for side in map(paper.sides.get, (one.account_id for one in signed)) if side}
        order = extract(frame, found.undisputed, who) if both >= {"A", "B"} else None
        if order is not None:
            tx.order_paper(order, case.id, now)
        await take(tx, PLATFORM, found, Action.COMPLETE, now)
        return None

    async def _tell(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        paper = await tx.minutes.get_paper(row.id)
        tell(tx, await minuted(tx, await tx.sittings.meeting(paper.sitting_id, None)), now)
