"""Signing an agreement: handwriting, step-up code, one revision a signature, then the seal.

Rule 1: a code approves what stands now; if another signature came in between, it is asked for anew.
Rule 2: the signature is made outside a transaction and put in place by compare-and-set: of two, one waits.
"""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from filing.errors import Unreadable
from filing.handwriting import ink_of
from odr.db.agreements import Agreement, Signatory, SignatureApproval
from odr.db.cases import Case
from odr.db.documents import Document
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed
from odr.domain.agreements import Signed, effective_at
from odr.domain.cascades import follow
from odr.domain.documents import TITLES
from odr.domain.mediation import MACHINE, Action, MediationFacts, State
from odr.domain.papers import chinese_moment
from odr.domain.permissions import part, signed_in
from odr.domain.signatures import Approval, ApprovalRefused, challenge
from odr.domain.steps import Role, Subject, advance
from odr.domain.stepup import Moved, Stage, check_code, code_digest, may_send, short_digest
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, OdrError
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer, SigningPerson
from odr.ports.typesetter import Typesetter

METHOD = "sms"
SEAL_NOTE = "示范印章"
MOST_HANDWRITING_BYTES = 2 * 2**20


class SigningService:
    """`secret` keys the digests of codes, so that a copy of the database approves nothing."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        typesetter: Typesetter,
        signer: Signer,
        objects: ObjectStore,
        secret: bytes,
    ) -> None:
        self._db = db
        self._clock = clock
        self._typesetter = typesetter
        self._signer = signer
        self._objects = objects
        self._secret = secret

    async def ask(
        self, actor: Actor, case_id: UUID, handwriting_png: bytes | None, photo: bytes | None = None
    ) -> None:
        """Send the code for the signature, drawn or photographed; with neither, the last one is used."""
        now, account_id = self._clock.now(), signed_in(actor)
        if photo:
            handwriting_png = await _taken_off(photo)
        drawn = await self._drawn(handwriting_png, actor, case_id)
        async with self._db.begin() as tx:
            row, who = await _to_sign(tx, actor, case_id)
            if account_id not in await tx.agreements.readings(row.id):
                raise NotAllowed("Please read the whole agreement first.", article="OMR 19")
            last = await tx.agreements.last_approval(row.id, account_id)
            key = drawn or (last.handwriting_key if last else "")
            if not key:
                raise BadInput("Please sign in the field first.", field="drawing")
            _may_ask(last)
            may_send(last.sent_at if last and last.stage == Stage.ASKED else None, now)
            if last:
                last.stage = Stage.DROPPED.value
            code = f"{secrets.randbelow(10**6):06}"
            approval = self._approval(row, who, key, code)
            tx.agreements.add_approval(approval)
            phone = (await tx.accounts.get(account_id)).phone
            values = {"code": code, "digest": short_digest(row.base_sha256)}
            tx.outbox.add("sms.send", at=now, to=phone, template="sign_agreement", values=values)
            tx.audit.add(
                actor,
                "signature.ask",
                "agreement",
                row.id,
                at=now,
                case_id=case_id,
                field=who.field,
                challenge=approval.challenge,
            )

    async def approve(self, actor: Actor, case_id: UUID, code: str) -> None:
        """Take the code; the signature itself follows at once, by the worker."""
        now, account_id = self._clock.now(), signed_in(actor)
        refusal: OdrError | None = None
        async with self._db.begin() as tx:
            row, who = await _to_sign(tx, actor, case_id)
            approval = await tx.agreements.last_approval(row.id, account_id)
            stands = challenge(account_id, who.field, row.revision)
            given = code_digest(self._secret, stands, code.strip())
            matches = approval is not None and secrets.compare_digest(approval.code_digest, given)
            try:
                check_code(approval.facts() if approval else None, challenge=stands, matches=matches, now=now)
            except OdrError as error:
                refusal = error  # the try counts, so the transaction must commit
            if approval is not None:
                approval.tries += 1
                if isinstance(refusal, Moved):
                    approval.stage = Stage.OVERTAKEN.value
                if refusal is None:
                    approval.stage, approval.approved_at = Stage.APPROVED.value, now
                    tx.outbox.add("agreement.sign", at=now, approval_id=str(approval.id))
            tx.audit.add(
                actor,
                "signature.refuse" if refusal else "signature.approve",
                "agreement",
                row.id,
                at=now,
                case_id=case_id,
                field=who.field,
                challenge=stands,
                method=METHOD,
            )
        if refusal is not None:
            raise refusal

    async def sign(self, event: Event) -> None:
        """Make one approved signature and put it in place (`agreement.sign`: approval_id)."""
        approval_id = UUID(event.payload["approval_id"])
        async with self._db.read() as tx:
            approval = await tx.agreements.approval(approval_id)
            row = await tx.agreements.get(approval.agreement_id)
        if approval.stage != Stage.APPROVED:
            return None
        try:
            signed = await self._signed(row, approval)
        except ApprovalRefused:
            return await self._overtaken(row.case_id, approval_id)
        key = await self._objects.put(signed)
        async with self._db.begin() as tx:
            case = await tx.cases.lock(row.case_id)
            approval = await tx.agreements.approval(approval_id)
            if case is None or approval.stage != Stage.APPROVED:
                return None
            digest = sha256(signed).hexdigest()
            if await tx.agreements.move(row.id, approval.sha256, key, digest):
                await self._put(tx, case, approval, digest)
                return None
        return await self._overtaken(row.case_id, approval_id)

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
            await tx.agreements.move(row.id, row.sha256, key, digest)
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
            await _tell(tx, row.case_id, now)

    async def _drawn(self, handwriting_png: bytes | None, actor: Actor, case_id: UUID) -> str:
        """The key of the picture, proved to be one that can be printed; "" if none was given."""
        if not handwriting_png:
            return ""
        if len(handwriting_png) > MOST_HANDWRITING_BYTES:
            raise BadInput("The signature picture is too large.", field="drawing")
        async with self._db.read() as tx:
            _, who = await _to_sign(tx, actor, case_id)
        try:
            await self._typesetter.signature_stamp(who.name, "2000-01-01 00:00", handwriting_png)
        except BadInput as error:
            refused = BadInput(error.message, field="drawing")
            refused.values = error.values
            raise refused from error
        return await self._objects.put(handwriting_png)

    def _approval(self, row: Agreement, who: Signatory, key: str, code: str) -> SignatureApproval:
        bound = challenge(who.account_id, who.field, row.revision)
        return SignatureApproval(
            id=uuid4(),
            agreement_id=row.id,
            account_id=who.account_id,
            field=who.field,
            name=who.name,
            capacity=who.capacity,
            handwriting_key=key,
            base_sha256=row.base_sha256,
            base_bytes=row.base_bytes,
            sha256=row.sha256,
            challenge=bound,
            code_digest=code_digest(self._secret, bound, code),
            stage=Stage.ASKED.value,
            sent_at=self._clock.now(),
            tries=0,
        )

    async def _signed(self, row: Agreement, approval: SignatureApproval) -> bytes:
        """The file with the approved signature; ApprovalRefused if it is not the file that was approved."""
        if approval.approved_at is None:
            raise ApprovalRefused
        pdf = await self._objects.get(row.object_key)
        drawing = await self._objects.get(approval.handwriting_key)
        stamp = await self._typesetter.signature_stamp(
            approval.name, chinese_moment(self._clock.now()), drawing
        )
        person = SigningPerson(approval.account_id, approval.name, approval.capacity)
        given = Approval(approval.account_id, approval.field, approval.revision, METHOD, approval.approved_at)
        return await self._signer.sign(pdf, approval.field, person, given, stamp)

    async def _put(self, tx: Tx, case: Case, approval: SignatureApproval, digest: str) -> None:
        """Write the new signature down, and complete the mediation with the last one."""
        now, agreement_id = self._clock.now(), approval.agreement_id
        before = await tx.agreements.signed(agreement_id)
        approval.stage, approval.signed_at = Stage.SIGNED.value, now
        approval.position, approval.signed_sha256 = len(before) + 1, digest
        tx.audit.add(
            Actor(approval.account_id),
            "agreement.sign",
            "agreement",
            agreement_id,
            at=now,
            case_id=case.id,
            field=approval.field,
            challenge=approval.challenge,
            before_sha256=approval.sha256,
            sha256=digest,
        )
        await tx.flush()
        row = await tx.agreements.get(agreement_id)
        signed = {one.account_id: one for one in await tx.agreements.signed(agreement_id)}
        if not signed.keys() >= row.sides.keys():
            return await _tell(tx, case.id, now)
        row.completed_at, row.effective_at = now, _effective(row.sides, signed)
        await self._complete(tx, case, row)
        return None

    async def _complete(self, tx: Tx, case: Case, row: Agreement) -> None:
        """Close the mediation; the 30 days for confirmation run from the last *party's* signature."""
        now, effective = self._clock.now(), row.effective_at or self._clock.now()
        state = await tx.states.lock(MACHINE.name, case.id)
        subject = Subject(case.id, case.id, state, MediationFacts(read_by_all=True, signatures_missing=0))
        change = advance(MACHINE, subject, Action.COMPLETE, Role.CLOCK, now=now)
        further = follow(change, await tx.states.of_case(case.id))
        await tx.record(PLATFORM, replace(change, starts=()), *further)
        for rule in change.starts:
            tx.clocks.start(rule, case.id, case.id, effective)
        tx.outbox.add("agreement.seal", at=now, agreement_id=str(row.id))

    async def _overtaken(self, case_id: UUID, approval_id: UUID) -> None:
        """The approval was for a revision that is no longer the last: its signer is asked again."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            approval = await tx.agreements.approval(approval_id)
            if approval.stage != Stage.APPROVED:
                return
            approval.stage = Stage.OVERTAKEN.value
            tx.audit.add(
                PLATFORM,
                "signature.overtaken",
                "agreement",
                approval.agreement_id,
                at=now,
                case_id=case_id,
                field=approval.field,
                challenge=approval.challenge,
            )
            await _tell(tx, case_id, now)


async def _taken_off(photo: bytes) -> bytes:
    """The strokes of a photographed signature; BadInput with the reader's words."""
    try:
        return await asyncio.to_thread(ink_of, photo)
    except Unreadable as error:
        raise BadInput(error.message, field="photo") from error


async def _to_sign(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Agreement, Signatory]:
    """The agreement that is open for signing and the person's place in it; the case is held."""
    case = await tx.cases.lock(case_id)
    part(actor, await tx.cases.belonging(case_id))
    row = await tx.agreements.newest(case_id)
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
    if await tx.states.get(MACHINE.name, case_id) != State.SIGNING or row.offered_at is None:
        raise NotAllowed
    return row, who


def _may_ask(last: SignatureApproval | None) -> None:
    if last and last.stage in (Stage.APPROVED, Stage.SIGNED):
        raise NotAllowed("You have signed this agreement already.")


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


async def _tell(tx: Tx, case_id: UUID, at: datetime) -> None:
    for account_id in await tx.cases.people(case_id):
        tx.pushes.add(account_id, "changed", {"case": str(case_id), "machine": "agreement"}, at)
