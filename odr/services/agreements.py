"""The agreement until it is signed: drafted from terms, checked, offered, read, or declined.

Rule 1: what is offered is typeset once; everybody reads pictures of exactly those bytes.
Rule 2: a text that was offered is not edited: a change makes a new version that nobody has read or signed.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from odr.db.agreements import Agreement, Signatory, readable_by
from odr.db.cases import Case
from odr.db.outbox import Event
from odr.db.terms import current, keep, named
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.agents import Deed
from odr.domain.agreements import Said, Terms, from_record, sentences
from odr.domain.cascades import follow
from odr.domain.clarity import Finding, errors, lint
from odr.domain.deadlines import CHINA
from odr.domain.mediation import MACHINE, Action, MediationFacts, State
from odr.domain.papers import Content, chinese_date
from odr.domain.permissions import Part, Permission, part, permit, signed_in
from odr.domain.signatures import revision_of
from odr.domain.steps import Reason, Role, Subject, advance
from odr.domain.stepup import Stage, short_digest
from odr.errors import BadInput, Conflict, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.signer import Signer
from odr.ports.typesetter import Typesetter

LONGEST_REASON: Final = 2000  # characters
# A text may be begun in a sitting, after it, and without one (OMR 16).
_TALKING = frozenset({State.ACCEPTED, State.SCHEDULED, State.IN_SESSION})


@dataclass(frozen=True, slots=True)
class SignerView:
    """One who has to sign; `stage` is that of the newest step-up, "" before it.

    `agreed`, `questions`: clauses, from 1, that the person confirmed or wants explained; told to the person
    and the mediator.
    """

    name: str
    role: str
    mine: bool
    read_at: datetime | None
    signed_at: datetime | None
    stage: str
    may_not: Reason | None  # an agent without the power to settle
    agreed: frozenset[int] = frozenset()
    questions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What the page shows. `lines` are the terms as printed; `digest` is what the text message repeats.

    `text`: which text this is; what a person says of its clauses names it.
    """

    case_id: UUID
    number: str
    state: str
    role: Role
    version: int
    offered_at: datetime | None
    pages: int
    digest: str
    text: str
    signers: tuple[SignerView, ...]
    findings: tuple[Finding, ...]
    lines: tuple[str, ...]
    effective_at: datetime | None
    decline_reason: str
    declined_by: str
    versions: int = 0  # how many this person may compare
    last_day: date | None = None  # of the mediation, and so for signing

    @property
    def mine(self) -> SignerView | None:
        return next((one for one in self.signers if one.mine), None)


@dataclass(frozen=True, slots=True)
class DraftView:
    """The terms to be written, with what the lint finds in them as they stand."""

    case_id: UUID
    number: str
    state: str
    version: int
    terms: Terms
    findings: tuple[Finding, ...]


class AgreementService:
    """`court` and `verify_url` stand in the frame of the paper."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        typesetter: Typesetter,
        signer: Signer,
        objects: ObjectStore,
        court: str,
        verify_url: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._typesetter = typesetter
        self._signer = signer
        self._objects = objects
        self._court = court
        self._verify_url = verify_url

    async def show(self, actor: Actor, case_id: UUID) -> AgreementView:
        """Where the agreement stands, for everybody of the case; the parties see it once it is offered."""
        async with self._db.read() as tx:
            who = permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_AGREEMENT)
            case = await tx.cases.known(case_id)
            state = await tx.states.get(MACHINE.name, case_id) or ""
            row = await tx.agreements.newest(case_id)
            readable = readable_by(await tx.agreements.versions(case_id), who.role)
            if row is None or row not in readable:
                return _nothing_yet(case, state, who)
            signers = await _signers(tx, case, row, actor, who)
            declined_by = (await tx.accounts.get(row.declined_by)).display_name if row.declined_by else ""
            running = {one.rule: one for one in await tx.clocks.running(case_id)}
        terms = from_record(row.terms)
        return AgreementView(
            case_id,
            case.number or "",
            state,
            who.role,
            row.version,
            row.offered_at,
            row.pages,
            short_digest(row.base_sha256) if row.base_sha256 else "",
            row.base_sha256,
            signers,
            tuple(lint(terms, self._today())),
            tuple(sentences(terms)),
            row.effective_at,
            row.decline_reason,
            declined_by,
            len(readable),
            running["M-10"].last_day if "M-10" in running else None,
        )

    async def draft(self, actor: Actor, case_id: UUID) -> DraftView:
        """The terms for the mediator to write; the first time taken from the filing."""
        async with self._db.read() as tx:
            _mediator(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.known(case_id)
            state = await tx.states.get(MACHINE.name, case_id) or ""
            row = await tx.agreements.newest(case_id)
            terms = await current(tx, case)
        version, findings = row.version if row else 0, tuple(lint(terms, self._today()))
        return DraftView(case_id, case.number or "", state, version, terms, findings)

    async def check(self, actor: Actor, case_id: UUID, terms: Terms) -> DraftView:
        """What the lint says of terms that are not kept."""
        stored = await self.draft(actor, case_id)
        whole = replace(terms, applicant=stored.terms.applicant, respondent=stored.terms.respondent)
        return replace(stored, terms=whole, findings=tuple(lint(whole, self._today())))

    async def save(self, actor: Actor, case_id: UUID, terms: Terms, *, base: int | None = None) -> DraftView:
        """Keep a version of the terms; the first one moves the mediation from talking to writing.

        `base`: the version that it was written on; Conflict if there is a newer one.
        """
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            _mediator(part(actor, await tx.cases.belonging(case_id)))
            if await tx.states.lock(MACHINE.name, case_id) in _TALKING:
                await self._take(tx, actor, case, Action.DRAFT, Role.MEDIATOR)
            if await tx.states.get(MACHINE.name, case_id) != State.DRAFTING:
                raise NotAllowed
            last = await tx.agreements.newest(case_id)
            if base is not None and base != (last.version if last else 0):
                raise Conflict(
                    "Meanwhile there is a newer version, for example by an accepted offer. Nothing you wrote "
                    "is lost: compare the versions, then save again."
                )
            row = await keep(tx, case, await named(tx, case, terms), signed_in(actor), now)
            tx.audit.add(
                actor, "agreement.write", "agreement", row.id, at=now, case_id=case_id, version=row.version
            )
        return await self.draft(actor, case_id)

    async def offer(self, actor: Actor, case_id: UUID) -> None:
        """Typeset the newest version once, prepare its fields, and open it for reading and signing."""
        async with self._db.read() as tx:
            _mediator(part(actor, await tx.cases.belonging(case_id)))
            case, row = await tx.cases.known(case_id), await _newest(tx, case_id)
            found = errors(lint(from_record(row.terms), self._today()))
            if found:
                raise NotAllowed(
                    "The agreement still has points that cannot be carried out as written.", article="JS 358"
                )
            signatories = await tx.agreements.signatories(case)
            organisation = await self._organisation(tx, case)
        now = self._clock.now()
        content = self._content(case, row, signatories, organisation)
        paper = await self._typesetter.typeset("mediation_agreement", content, at=now)
        prepared = await self._signer.prepare(paper.pdf, paper.places)
        pages = len(await self._typesetter.page_images(prepared, dpi=12))
        key, revision = await self._objects.put(prepared), revision_of(prepared, len(prepared))
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            fresh = await _newest(tx, case_id)
            if fresh.id != row.id:
                raise Conflict
            await self._take(tx, actor, case, Action.OFFER_SIGNATURE, Role.MEDIATOR)
            fresh.offered_at, fresh.organisation, fresh.pages = now, organisation, pages
            fresh.object_key = fresh.base_key = key
            fresh.base_bytes, fresh.base_sha256 = revision.base_bytes, revision.base_sha256
            fresh.sha256 = revision.sha256
            fresh.signers = [
                {"account": str(one.account_id), "side": one.side, "field": one.field} for one in signatories
            ]
            tx.agreements.read(fresh, signed_in(actor), now)  # the mediator wrote and offers it
            tx.audit.add(
                actor,
                "agreement.offer",
                "agreement",
                row.id,
                at=now,
                case_id=case_id,
                version=row.version,
                base_sha256=revision.base_sha256,
            )

    async def call(self, actor: Actor, case_id: UUID) -> None:
        """Ask everybody to open the text: whoever is in the room and has not signed sees it at once."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.cases.held(case_id)
            _mediator(part(actor, await tx.cases.belonging(case_id)))
            row = await _newest(tx, case_id)
            if await tx.states.get(MACHINE.name, case_id) != State.SIGNING:
                raise NotAllowed
            tx.audit.add(actor, "agreement.call", "agreement", row.id, at=now, case_id=case_id)
            await tx.tell_case(case_id, "agreement", now, call=True)

    async def revise(self, actor: Actor, case_id: UUID) -> None:
        """Take the offered text back to write a new version; signatures given so far count for nothing."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            _mediator(part(actor, await tx.cases.belonging(case_id)))
            await self._take(tx, actor, case, Action.REVISE, Role.MEDIATOR)
            await _withdraw(tx, await _newest(tx, case_id), now)

    async def take_back(self, event: Event) -> None:
        """Take the text back (`agreement.take_back`: case_id) if whom it names left and has not signed."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            row = await tx.agreements.newest(case_id)
            if row is None or row.effective_at or await tx.states.get(MACHINE.name, case_id) != State.SIGNING:
                return
            settled = {one.account_id for one in await tx.signatures.signed(row.id)}
            if row.sides.keys() <= settled | await tx.cases.people(case_id):
                return
            await self._take(tx, PLATFORM, case, Action.REVISE, Role.CLOCK)
            await _withdraw(tx, row, now)

    async def page(self, actor: Actor, case_id: UUID, number: int) -> bytes:
        """One page of the offered file as PNG, from 1: what is read is what is signed."""
        pdf = await self.pdf(actor, case_id)
        images = await self._typesetter.page_images(pdf)
        if not 1 <= number <= len(images):
            raise NotFound
        return images[number - 1]

    async def pdf(self, actor: Actor, case_id: UUID) -> bytes:
        """The file as it stands, with the signatures it has so far."""
        async with self._db.read() as tx:
            who = permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_AGREEMENT)
            row = await _newest(tx, case_id)
            readable = readable_by(await tx.agreements.versions(case_id), who.role)
        if row not in readable or not row.object_key:
            raise NotFound
        return await self._objects.get(row.object_key)

    async def decline(self, actor: Actor, case_id: UUID, reason: str) -> None:
        """A party does not sign; the mediation ends and the filing goes back to its judge."""
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise BadInput("Please write in a few words why you do not sign.", field="reason")
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.held(case_id)
            who = part(actor, await tx.cases.belonging(case_id))
            row = await _newest(tx, case_id)
            last = await tx.signatures.last(row.id, signed_in(actor))
            if last and last.stage in (Stage.APPROVED, Stage.SIGNED):
                raise NotAllowed("You have signed this agreement already.")
            await self._take(tx, actor, case, Action.REFUSE_SIGNATURE, who.role)
            row.withdrawn_at, row.declined_by, row.decline_reason = now, signed_in(actor), reason.strip()
            await _drop_approvals(tx, row)

    async def _take(self, tx: Tx, actor: Actor, case: Case, action: Action, role: Role) -> None:
        state, row = await tx.states.lock(MACHINE.name, case.id), await tx.agreements.newest(case.id)
        facts = MediationFacts(in_effect=row is not None and row.effective_at is not None)
        subject = Subject(case.id, case.id, state, facts)
        change = advance(MACHINE, subject, action, role, now=self._clock.now())
        await tx.record(actor, change, *follow(change, await tx.states.of_case(case.id)))

    async def _organisation(self, tx: Tx, case: Case) -> str:
        """The body whose mediator led the talks; a mediator without one works for the court."""
        mediator = await tx.mediators.get(case.mediator_id) if case.mediator_id else None
        return mediator.organisation if mediator and mediator.organisation else f"{self._court}特邀调解组织"

    def _content(
        self, case: Case, row: Agreement, signatories: list[Signatory], organisation: str
    ) -> Content:
        terms = from_record(row.terms)
        frame = {
            "court": self._court,
            "paper_id": str(row.id),
            "verify_url": self._verify_url,
            "issued_on": chinese_date(self._clock.now()),
        }
        return frame | {
            "organisation": organisation,
            "seal": organisation,
            "mediator": next(one.name for one in signatories if one.role is Role.MEDIATOR),
            "parties": [one.line for one in signatories if one.side],
            "facts": [line.strip() for line in terms.facts.splitlines() if line.strip()],
            "terms": sentences(terms),
            "signers": [{"field": one.field, "label": one.capacity, "name": one.name} for one in signatories],
            **({"number": case.number} if case.number else {}),
        }

    def _today(self) -> date:
        return self._clock.now().astimezone(CHINA).date()


async def _newest(tx: Tx, case_id: UUID) -> Agreement:
    row = await tx.agreements.newest(case_id)
    if row is None:
        raise NotFound
    return row


async def _withdraw(tx: Tx, row: Agreement, now: datetime) -> None:
    """The offered text counts no more; its terms go on as a new version."""
    row.withdrawn_at = now
    await _drop_approvals(tx, row)
    tx.agreements.add(
        Agreement(
            id=uuid4(),
            case_id=row.case_id,
            version=row.version + 1,
            terms=row.terms,
            written_by=row.written_by,
            written_at=now,
        )
    )


async def _drop_approvals(tx: Tx, row: Agreement) -> None:
    for approval in await tx.signatures.of_paper(row.id, (Stage.ASKED, Stage.APPROVED, Stage.OVERTAKEN)):
        approval.stage = Stage.DROPPED.value


async def _signers(tx: Tx, case: Case, row: Agreement, actor: Actor, reader: Part) -> tuple[SignerView, ...]:
    clauses = await tx.agreements.clauses(row.id)
    readings = await tx.agreements.readings(row.id)
    newest = await tx.signatures.newest(row.id)
    views = []
    for who in await tx.agreements.signatories(case):
        approval, mine = newest.get(who.account_id), who.account_id == actor.account_id
        told = mine or reader.role is Role.MEDIATOR
        said = [one for one in clauses if told and one.account_id == who.account_id]
        views.append(
            SignerView(
                who.name,
                who.role.value,
                mine,
                readings.get(who.account_id),
                approval.signed_at if approval else None,
                approval.stage if approval else "",
                who.may_not(Deed.SIGN_AGREEMENT),
                frozenset(one.number for one in said if one.said == Said.AGREED),
                frozenset(one.number for one in said if one.said == Said.QUESTION),
            )
        )
    return tuple(views)


def _nothing_yet(case: Case, state: str, who: Part) -> AgreementView:
    return AgreementView(
        case.id, case.number or "", state, who.role, 0, None, 0, "", "", (), (), (), None, "", ""
    )


def _mediator(who: Part) -> Part:
    """Only the mediator of the case writes its agreement."""
    if who.role is not Role.MEDIATOR:
        raise NotPermitted
    return who
