"""The agreement: read first, signed by both sides and the mediator, then sealed by the organisation."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from odr.db.agreements import Agreement, Signatory
from odr.db.cases import Case
from odr.db.documents import Document
from odr.db.outbox import Event
from odr.db.signatures import SignatureApproval, SignedFile
from odr.db.uow import Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed
from odr.domain.agreements import Signed, effective_at
from odr.domain.cascades import follow
from odr.domain.documents import TITLES
from odr.domain.mediation import MACHINE, Action, MediationFacts, State
from odr.domain.permissions import part
from odr.domain.steps import Change, Role, Subject, advance
from odr.errors import NotAllowed, NotFound, NotPermitted
from odr.services.signing.service import SigningService

SEAL_NOTE = "示范印章"


class AgreementSigning(SigningService):
    """The agreement of a case; its subject is the case."""

    name = "agreement"
    table = Agreement
    again = "You have signed this agreement already."  # messages

    async def seal(self, event: Event) -> None:
        """Seal the signed agreement and file it among the papers of the case (`agreement.seal`)."""
        async with self._db.read() as tx:
            if await tx.documents.by_event(event.id):
                return
            row = await tx.agreements.get(UUID(event.payload["agreement_id"]))
        stamp = await self._typesetter.seal_stamp(row.organisation, SEAL_NOTE)
        sealed = await self._signer.seal(await self._objects.get(row.object_key), row.organisation, stamp)
        key, digest, now = await self._objects.put(sealed), sha256(sealed).hexdigest(), self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.lock(row.case_id)
            if await tx.documents.by_event(event.id):
                return
            await tx.signatures.move(Agreement, row.id, row.sha256, key, digest)
            document = tx.documents.add(_filed(row, event, key, len(sealed)))
            tx.audit.add(
                PLATFORM,
                "agreement.seal",
                "document",
                document.id,
                at=now,
                case_id=row.case_id,
                sha256=digest,
                audience="case",
            )
            tx.outbox.add("delivery.plan", at=now, document_id=str(document.id))
            await self._tell(tx, row, now)

    async def _to_sign(self, tx: Tx, actor: Actor, subject_id: UUID) -> tuple[SignedFile, Signatory]:
        case = await tx.cases.lock(subject_id)
        part(actor, await tx.cases.belonging(subject_id))
        row = await tx.agreements.newest(subject_id)
        if case is None or row is None:
            raise NotFound
        who = next(
            (one for one in await tx.agreements.signatories(case) if one.account_id == actor.account_id), None
        )
        if who is None:
            raise NotPermitted
        if row.signers and who.account_id not in row.sides:
            raise NotAllowed("Who signs for this side has changed. The mediator offers the text anew.")
        if why := who.may_not(Deed.SIGN_AGREEMENT):
            raise NotAllowed(why.text, article=why.article)
        if await tx.states.get(MACHINE.name, subject_id) != State.SIGNING or row.offered_at is None:
            raise NotAllowed
        if who.account_id not in await tx.agreements.readings(row.id):
            raise NotAllowed("Please read the whole agreement first.", article="OMR 19")
        return row, who

    async def _file(self, tx: Tx, paper_id: UUID) -> SignedFile:
        return await tx.agreements.get(paper_id)

    async def _placed(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        signed = {one.account_id: one for one in await tx.signatures.signed(row.id)}
        agreement = await tx.agreements.get(row.id)
        parties = {account_id for account_id, side in row.sides.items() if side}
        if agreement.effective_at is None and signed.keys() >= parties:
            agreement.effective_at = _effective(row.sides, signed)
            await tx.record(PLATFORM, await self._change(tx, row.case_id, Action.TAKE_EFFECT))
        if not signed.keys() >= row.sides.keys():
            return await self._tell(tx, row, now)
        agreement.completed_at = now
        return await self._complete(tx, await tx.cases.known(row.case_id), agreement)

    async def _change(self, tx: Tx, case_id: UUID, action: Action) -> Change:
        subject = Subject(case_id, case_id, await tx.states.lock(MACHINE.name, case_id), MediationFacts())
        return advance(MACHINE, subject, action, Role.CLOCK, now=self._clock.now())

    async def _complete(self, tx: Tx, case: Case, row: Agreement) -> None:
        """Close the mediation; the 30 days for confirmation run from the last *party's* signature."""
        now, effective = self._clock.now(), row.effective_at or self._clock.now()
        change = await self._change(tx, case.id, Action.COMPLETE)
        further = follow(change, await tx.states.of_case(case.id))
        await tx.record(PLATFORM, replace(change, starts=()), *further)
        for rule in change.starts:
            tx.clocks.start(rule, case.id, case.id, effective)
        tx.outbox.add("agreement.seal", at=now, agreement_id=str(row.id))

    async def _tell(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        for account_id in await tx.cases.people(row.case_id):
            tx.pushes.add(account_id, "changed", {"case": str(row.case_id), "machine": "agreement"}, now)


def _effective(sides: Mapping[UUID, str], signed: Mapping[UUID, SignatureApproval]) -> datetime | None:
    """When the last party signed; the mediator's signature is of form (OMR 19)."""
    acts = [(side, signed[account_id].signed_at) for account_id, side in sides.items() if side]
    return effective_at(tuple(Signed(side, at) for side, at in acts if at))


def _filed(row: Agreement, event: Event, key: str, size_bytes: int) -> Document:
    return Document(
        id=uuid4(),
        case_id=row.case_id,
        kind="mediation_agreement",
        title=TITLES["mediation_agreement"],
        object_key=key,
        content_type="application/pdf",
        size_bytes=size_bytes,
        pages=row.pages,
        created_at=event.created_at,
        audience="case",
        details={"agreement_id": str(row.id), "version": row.version, "terms": row.terms},
        event_id=event.id,
    )
