"""Signing a paper: handwriting, step-up code, one revision a signature.

Rule 1: a code approves what stands now; if another signature came in between, it is asked for anew.
Rule 2: the signature is made outside a transaction and put in place by compare-and-set: of two, one waits.
"""

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID, uuid4

from filing.errors import Unreadable
from filing.handwriting import ink_of
from odr.db.agreements import Signatory
from odr.db.cases import Case
from odr.db.outbox import Event
from odr.db.signatures import SignatureApproval, SignedFile
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.papers import chinese_moment
from odr.domain.permissions import signed_in
from odr.domain.signatures import Approval, ApprovalRefused, challenge
from odr.domain.stepup import CODE_PAUSE, Moved, Stage, check_code, code_digest, may_send, short_digest
from odr.errors import BadInput, NotAllowed, OdrError
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer, SigningPerson
from odr.ports.typesetter import Typesetter

METHOD = "sms"
MOST_HANDWRITING_BYTES = 2 * 2**20


class SigningService(ABC):
    """`secret` keys the digests of codes, so that a copy of the database approves nothing.

    Of each paper: `name` in the log and of its event (`<name>.sign`: approval_id), `details` of each entry,
    `again`: said to whoever has signed it already.
    """

    name: ClassVar[str]
    table: ClassVar[type[SignedFile]]
    again: ClassVar[str]
    details: ClassVar[Mapping[str, str]] = MappingProxyType({})

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

    # -- what each paper says for itself

    @abstractmethod
    async def _to_sign(self, tx: Tx, actor: Actor, subject_id: UUID) -> tuple[SignedFile, Signatory]:
        """The file that is open for signing and the person's place in it; its case is held."""

    @abstractmethod
    async def _file(self, tx: Tx, paper_id: UUID) -> SignedFile: ...

    @abstractmethod
    async def _placed(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        """What follows from one signature more."""

    @abstractmethod
    async def _tell(self, tx: Tx, row: SignedFile, now: datetime) -> None:
        """Open pages look again."""

    # -- the steps

    async def ask(
        self, actor: Actor, subject_id: UUID, handwriting_png: bytes | None, photo: bytes | None = None
    ) -> None:
        """Send the code for the signature, drawn or photographed; with neither, the last one is used.

        What is drawn anew while a code is hardly on its way takes the old drawing's place; that code counts.
        """
        now, account_id = self._clock.now(), signed_in(actor)
        if photo:
            handwriting_png = await _taken_off(photo)
        drawn = await self._drawn(handwriting_png, actor, subject_id)
        async with self._db.begin() as tx:
            row, who = await self._to_sign(tx, actor, subject_id)
            last = await tx.signatures.last(row.id, account_id)
            if last and last.stage in (Stage.APPROVED, Stage.SIGNED):
                raise NotAllowed(self.again)
            if drawn and last and last.stage == Stage.ASKED and now - last.sent_at < CODE_PAUSE:
                last.handwriting_key = drawn  # written once more: the code on its way is for this one too
                self._note(tx, actor, "signature.redraw", row, last)
                return
            key = drawn or (last.handwriting_key if last else "")
            if not key:
                raise BadInput("Please sign in the field first.", field="drawing")
            may_send(last.sent_at if last and last.stage == Stage.ASKED else None, now)
            if last:
                last.stage = Stage.DROPPED.value
            code = f"{secrets.randbelow(10**6):06}"
            approval = tx.signatures.add(self._approval(row, who, key, code))
            phone = (await tx.accounts.get(account_id)).phone
            values = {"code": code, "digest": short_digest(row.base_sha256)}
            tx.outbox.add("sms.send", at=now, to=phone, template="sign_agreement", values=values)
            self._note(tx, actor, "signature.ask", row, approval)

    async def approve(self, actor: Actor, subject_id: UUID, code: str) -> None:
        """Take the code; the signature itself follows at once, by the worker.

        The same code once more, from whom the answer was lost, changes nothing and is no fault.
        """
        now, account_id = self._clock.now(), signed_in(actor)
        refusal: OdrError | None = None
        async with self._db.begin() as tx:
            row, who = await self._to_sign(tx, actor, subject_id)
            approval = await tx.signatures.last(row.id, account_id)
            if approval and self._taken(approval, code):
                return
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
                    tx.outbox.add(f"{self.name}.sign", at=now, approval_id=str(approval.id))
            tx.audit.add(
                actor,
                "signature.refuse" if refusal else "signature.approve",
                self.name,
                row.id,
                at=now,
                case_id=row.case_id,
                field=who.field,
                challenge=stands,
                method=METHOD,
                **self.details,
            )
        if refusal is not None:
            raise refusal

    async def sign(self, event: Event) -> None:
        """Make one approved signature and put it in place (`<name>.sign`: approval_id)."""
        approval_id = UUID(event.payload["approval_id"])
        async with self._db.read() as tx:
            approval = await tx.signatures.get(approval_id)
            row = await self._file(tx, approval.paper_id)
        if approval.stage != Stage.APPROVED:
            return None
        try:
            signed = await self._signed(row, approval)
        except ApprovalRefused:
            return await self._overtaken(row.case_id, approval_id)
        key = await self._objects.put(signed)
        async with self._db.begin() as tx:
            case = await tx.cases.lock(row.case_id)
            approval = await tx.signatures.get(approval_id)
            if case is None or approval.stage != Stage.APPROVED:
                return None
            digest = sha256(signed).hexdigest()
            if await tx.signatures.move(self.table, row.id, approval.sha256, key, digest):
                await self._put(tx, case, approval, digest)
                return None
        return await self._overtaken(row.case_id, approval_id)

    async def _drawn(self, handwriting_png: bytes | None, actor: Actor, subject_id: UUID) -> str:
        """The key of the picture, proved to be one that can be printed; "" if none was given."""
        if not handwriting_png:
            return ""
        if len(handwriting_png) > MOST_HANDWRITING_BYTES:
            raise BadInput("The signature picture is too large.", field="drawing")
        async with self._db.read() as tx:
            _, who = await self._to_sign(tx, actor, subject_id)
        try:
            await self._typesetter.signature_stamp(who.name, "2000-01-01 00:00", handwriting_png)
        except BadInput as error:
            refused = BadInput(error.message, field="drawing")
            refused.values = error.values
            raise refused from error
        return await self._objects.put(handwriting_png)

    def _taken(self, approval: SignatureApproval, code: str) -> bool:
        """Whether this very code has approved already."""
        given = code_digest(self._secret, approval.challenge, code.strip())
        done = approval.stage in (Stage.APPROVED, Stage.SIGNED)
        return done and secrets.compare_digest(approval.code_digest, given)

    def _approval(self, row: SignedFile, who: Signatory, key: str, code: str) -> SignatureApproval:
        bound = challenge(who.account_id, who.field, row.revision)
        return SignatureApproval(
            id=uuid4(),
            paper_id=row.id,
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

    async def _signed(self, row: SignedFile, approval: SignatureApproval) -> bytes:
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
        """Write the new signature down, with what follows from it."""
        now, paper_id = self._clock.now(), approval.paper_id
        before = await tx.signatures.signed(paper_id)
        approval.stage, approval.signed_at = Stage.SIGNED.value, now
        approval.position, approval.signed_sha256 = len(before) + 1, digest
        tx.audit.add(
            Actor(approval.account_id),
            f"{self.name}.sign",
            self.name,
            paper_id,
            at=now,
            case_id=case.id,
            field=approval.field,
            challenge=approval.challenge,
            before_sha256=approval.sha256,
            sha256=digest,
            **self.details,
        )
        await tx.flush()
        row = await self._file(tx, paper_id)
        await self._placed(tx, row, now)

    async def _overtaken(self, case_id: UUID, approval_id: UUID) -> None:
        """The approval was for a revision that is no longer the last: its signer is asked again."""
        async with self._db.begin() as tx:
            await tx.cases.lock(case_id)
            approval = await tx.signatures.get(approval_id)
            if approval.stage != Stage.APPROVED:
                return
            approval.stage = Stage.OVERTAKEN.value
            row = await self._file(tx, approval.paper_id)
            self._note(tx, PLATFORM, "signature.overtaken", row, approval)
            await self._tell(tx, row, self._clock.now())

    def _note(self, tx: Tx, actor: Actor, act: str, row: SignedFile, approval: SignatureApproval) -> None:
        tx.audit.add(
            actor,
            act,
            self.name,
            row.id,
            at=self._clock.now(),
            case_id=row.case_id,
            field=approval.field,
            challenge=approval.challenge,
            **self.details,
        )


async def _taken_off(photo: bytes) -> bytes:
    """The strokes of a photographed signature; BadInput with the reader's words."""
    try:
        return await asyncio.to_thread(ink_of, photo)
    except Unreadable as error:
        raise BadInput(error.message, field="photo") from error
