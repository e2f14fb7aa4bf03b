"""The other side's invitation: a link by SMS, read before signing in, answered from the invited telephone.

Rule 1: somebody else answers it only with a power of attorney that surely names the invited party and
        him; the invited telephone is told at once.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from filing.causes import CAUSES
from filing.draft import load
from filing.errors import FilingError
from filing.form_guardian import RELATIONS
from filing.form_parties import AGENT_KINDS, COMPANY
from filing.lines import Kind
from filing.materials import GUARDIANSHIP
from filing.sentences import Sentence
from filing.uploads import Examined
from odr.db.agents import Agent
from odr.db.authorities import keep_paper, stored, sure_value
from odr.db.cases import Case, Participant
from odr.db.convening import seat_newcomer
from odr.db.evidence import EvidenceItem, evidence_item
from odr.db.filings import is_verified
from odr.db.mediated import Act, locked, printed, state_of, take, titled
from odr.db.mediation import Invitation
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor, normal_phone
from odr.domain.agents import Arrival, Comer, may_answer_for_ward, may_come, powers_of, same_name
from odr.domain.mediation import Action, State
from odr.domain.papers import PaperOrder, chinese_amount
from odr.domain.permissions import signed_in
from odr.domain.steps import Reason, Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

STAGES = ("mediation", "service")  # a consent each (OLR 4, 29)
_CLOCK = "invitation"
_TOKEN_BYTES = 24
_DESK = "12368"
_PROOF = "监护关系证明"


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What the invited person reads. `mine`: signed in from the invited telephone."""

    case_id: UUID
    number: str
    applicant: str
    name: str
    phone: str
    cause: Sentence | None
    amount_fen: int | None
    state: str
    last_day: date
    mine: bool
    verified: bool
    accepted: bool | None
    member: bool
    agent: str  # who answered for the invited person, with a power of attorney
    company: bool

    @property
    def open(self) -> bool:
        return self.state == State.INVITING and self.accepted is None


@dataclass(frozen=True, slots=True)
class Brought:
    """What an agent says of the paper he brings; `service`: papers may be served electronically."""

    kind: str
    powers: Collection[str]
    service: bool


class InvitationService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader

    async def invite(self, event: Event) -> None:
        """Invite the other side (`mediation.invite`: case_id): paper, and the link by SMS."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        async with self._db.begin() as tx:
            case = await locked(tx, case_id)
            if await state_of(tx, case_id) is not State.INVITING or await tx.mediations.invitation(case_id):
                return
            running = next(row for row in await tx.clocks.running(case_id) if row.rule == _CLOCK)
            token = secrets.token_urlsafe(_TOKEN_BYTES)
            row = await _invitation(tx, case, token, now, running.ends_at)
            tx.mediations.add(row)
            tx.order_paper(await _letter(tx, case, running.last_day), case_id, now)
            if row.phone:
                values = {"number": case.number or ""}
                path = f"/invitations/{token}"
                tx.outbox.add("sms.send", at=now, to=row.phone, template="invited", values=values, path=path)
            reached = "sms" if row.phone else "no number"
            tx.audit.add(PLATFORM, "invitation.send", "case", case_id, at=now, case_id=case_id, way=reached)

    async def show(self, actor: Actor, token: str) -> InvitationView:
        """The invitation behind a link; NotFound if the link is not ours."""
        async with self._db.read() as tx:
            row = await _by_token(tx, token)
            case = await tx.cases.get(row.case_id)
            if case is None:
                raise NotFound
            names = await titled(tx, case)
            state = await state_of(tx, case.id)
            last_day = await tx.clocks.due(case.id, (_CLOCK,))
            mine = await _is_mine(tx, actor, row)
            verified = actor.account_id is not None and await is_verified(tx, actor.account_id)
            seat = await tx.cases.participant(case.id, actor.account_id) if actor.account_id else None
            agent = await _answered_by(tx, case.id)
            answers = load((await tx.drafts.get(case.id)).answers).answers
        cause = CAUSES.get(case.cause)
        return InvitationView(
            case.id,
            names.number,
            names.applicant,
            row.name,
            row.phone,
            cause.name if cause else None,
            case.amount_fen,
            state.value,
            last_day or row.expires_at.date(),
            mine,
            verified,
            row.accepted,
            seat is not None and seat.side == "B",
            agent,
            answers.get("defendant_kind") == COMPANY,
        )

    async def phone(self, token: str) -> str:
        """The invited telephone, to which alone a code is sent."""
        async with self._db.read() as tx:
            row = await _by_token(tx, token)
        if not row.phone:
            raise NotAllowed("The filing gives no telephone number for you. Please call 12368.")
        return row.phone

    async def accept(self, actor: Actor, token: str, *, service: bool) -> UUID:
        """Take part, with a verified identity; `service`: papers may be served electronically. The case."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            case = await locked(tx, row.case_id)
            await _mine(tx, actor, row)
            if await tx.cases.participant(case.id, account_id):
                raise NotAllowed("You already take part in this case.")
            seat = await _sits_down(tx, actor, row, now)
            seat.party = await _company(tx, case.id, seat.name)
            row.verified_name = seat.name
            await _agrees(tx, case.id, account_id, now, service=service)
        return case.id

    async def answer_as_guardian(
        self, actor: Actor, token: str, relation: str, proof: tuple[str, bytes], *, service: bool
    ) -> UUID:
        """Take part for a child, or for an adult without capacity, from the invited telephone; the case."""
        if relation not in {choice.value for choice in RELATIONS}:
            raise BadInput("Please say what you are to the invited person.", field="relation")
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.read() as tx:
            await _guards(tx, actor, await _by_token(tx, token))
        item = await self._kept(proof, await self._looked_at(proof[1]), account_id)
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            case = await locked(tx, row.case_id)
            await _guards(tx, actor, row)
            seat = await _sits_down(tx, actor, row, now)
            seat.party, seat.guardian = row.name, True
            item.case_id, item.side, item.material, item.title = case.id, "B", GUARDIANSHIP.id, _PROOF
            item.number = await tx.evidence.next_number(case.id, "B")
            tx.evidence.add(item)
            tx.audit.add(actor, "guardian.come", "case", case.id, at=now, case_id=case.id, relation=relation)
            await _agrees(tx, case.id, account_id, now, service=service)
        return case.id

    async def answer_with_paper(
        self, actor: Actor, token: str, brought: Brought, paper: tuple[str, bytes]
    ) -> UUID:
        """Take part for the invited party, with its power of attorney; the case."""
        if brought.kind not in {choice.value for choice in AGENT_KINDS}:
            raise BadInput("Please say what you are to the party.", field="kind")
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.read() as tx:
            row = await _by_token(tx, token)
            early = await _arrival(tx, actor, row)
        _allow(may_come(replace(early, paper_party=row.name, paper_agent=early.comer.name)))
        found = await self._looked_at(paper[1])
        try:
            reading = await self._reader.read(paper[1], Kind.POA.value)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="files") from error
        principal, agent_read = sure_value(reading, "principal"), sure_value(reading, "agent")
        _allow(may_come(replace(early, paper_party=principal, paper_agent=agent_read)))  # before it is kept
        item = await self._kept(paper, found, account_id)
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            case = await locked(tx, row.case_id)
            arrival = await _arrival(tx, actor, row)
            arrival = replace(arrival, paper_party=principal, paper_agent=agent_read)
            _allow(may_come(arrival))
            await take(tx, Act(actor, Role.AGENT, now), case.id, Action.ACCEPT_INVITATION)
            row.accepted, row.answered_at = True, now
            seat = await tx.cases.enter(case.id, account_id, Role.AGENT, "B", arrival.comer.name)
            seat.party = row.name
            agent = Agent(case_id=case.id, side="B", account_id=account_id, kind=brought.kind, created_at=now)
            await keep_paper(tx, agent, item, reading)
            agent.claimed = stored(powers_of(brought.powers))
            await _agrees(tx, case.id, account_id, now, service=brought.service)
            tx.audit.add(
                actor, "agent.come", "agent", agent.id, at=now, case_id=case.id, claimed=agent.claimed
            )
            told, path = {"number": case.number or ""}, f"/invitations/{token}"
            if row.phone:
                tx.outbox.add(
                    "sms.send", at=now, to=row.phone, template="answered_for_you", values=told, path=path
                )
        return case.id

    async def _looked_at(self, body: bytes) -> Examined:
        try:
            return await self._reader.examine(body)
        except FilingError as error:
            raise BadInput(getattr(error, "message", error.public), field="files") from error

    async def _kept(self, file: tuple[str, bytes], found: Examined, account_id: UUID) -> EvidenceItem:
        """The bytes of a paper in the store; of no case yet."""
        keys = await self._objects.put(file[1]), await self._objects.put(found.shown)
        item = evidence_item(found, file[0], file[1], keys)
        item.uploaded_at, item.uploaded_by = self._clock.now(), account_id
        return item

    async def refuse(self, actor: Actor, token: str) -> None:
        """Say no, from the invited telephone: the case goes back to its judge at once."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            case = await locked(tx, row.case_id)
            await _mine(tx, actor, row)
            row.accepted, row.answered_at = False, now
            await take(tx, Act(actor, Role.RESPONDENT, now), case.id, Action.REFUSE_INVITATION)


def _allow(why: Reason | None) -> None:
    if why:
        raise NotAllowed(why.text, article=why.article)


async def _sits_down(tx: Tx, actor: Actor, row: Invitation, now: datetime) -> Participant:
    """The invited side takes its place: it answers the invitation, or comes beside the agent who did."""
    account_id, case_id = signed_in(actor), row.case_id
    if await _answered_by(tx, case_id):
        await _beside_the_agent(tx, actor, case_id, now)
    else:
        await take(tx, Act(actor, Role.RESPONDENT, now), case_id, Action.ACCEPT_INVITATION)
        row.accepted, row.answered_at = True, now
    name = await _verified_name(tx, account_id)
    return await tx.cases.enter(case_id, account_id, Role.RESPONDENT, "B", name)


async def _guards(tx: Tx, actor: Actor, row: Invitation) -> None:
    """NotAllowed unless this person may answer as the guardian of whoever is invited."""
    await _mine(tx, actor, row)
    comer = replace((await _arrival(tx, actor, row)).comer, named=row.name)
    answers = load((await tx.drafts.get(row.case_id)).answers).answers
    _allow(may_answer_for_ward(comer, company=answers.get("defendant_kind") == COMPANY))


async def _agrees(tx: Tx, case_id: UUID, account_id: UUID, now: datetime, *, service: bool) -> None:
    """What taking part means: a seat, a consent a stage, and the card kept for the case."""
    await tx.flush()
    await seat_newcomer(tx, case_id, account_id)
    for stage, granted in zip(STAGES, (True, service), strict=True):
        tx.review.add_consent(case_id, account_id, stage, granted=granted, at=now)
    tx.outbox.add("identity.keep_for_case", at=now, case_id=str(case_id), account_id=str(account_id))


async def _verified_name(tx: Tx, account_id: UUID) -> str:
    card = await tx.identities.get(account_id) if await is_verified(tx, account_id) else None
    return card.name or "" if card else ""


async def _answered_by(tx: Tx, case_id: UUID) -> str:
    """The agent who answered while the invited party is not there; "" where nobody did."""
    here = [row for row in await tx.cases.participants(case_id) if row.side == "B"]
    return here[0].name if here and all(row.role == Role.AGENT for row in here) else ""


async def _beside_the_agent(tx: Tx, actor: Actor, case_id: UUID, now: datetime) -> None:
    """The invited party comes too: from now on it signs, unless it leaves that to the agent."""
    if not await is_verified(tx, signed_in(actor)):
        raise NotAllowed("Please prove your identity first.", article="OMR 17")
    for agent in await tx.agents.of_case(case_id):
        if agent.side == "B":
            agent.signs = False
    tx.audit.add(actor, "case.join", "case", case_id, at=now, case_id=case_id)
    subject = str(case_id)
    tx.outbox.add("notice.send", at=now, name="party_joined", subject_id=subject, case_id=subject)


async def _arrival(tx: Tx, actor: Actor, row: Invitation) -> Arrival:
    """Who comes to answer the invitation with a paper; what the paper says is not known yet."""
    account_id, case = signed_in(actor), await tx.cases.known(row.case_id)
    seat = await tx.cases.participant(case.id, account_id)
    staff = account_id in {case.judge_id, case.mediator_id, case.confirming_judge_id}
    name = await _verified_name(tx, account_id)
    comer = Comer(bool(name), name, other_side=seat is not None, of_the_court=staff)
    inviting = await state_of(tx, case.id) is State.INVITING
    return Arrival(comer, row.name, inviting and row.accepted is None)


async def _company(tx: Tx, case_id: UUID, name: str) -> str:
    """The company for which the invited person stands, "" for a person; NotAllowed unless he heads it."""
    answers = load((await tx.drafts.get(case_id)).answers).answers
    if answers.get("defendant_kind") != COMPANY:
        return ""
    head = answers.get("defendant_legal_rep", "")
    if head and not same_name(head, name):
        raise NotAllowed(
            "For a company its legal representative answers, who is named in the filing. If that has "
            "changed, please call 12368.",
            article="MSF 51",
        )
    return answers.get("defendant", "")


async def _by_token(tx: Tx, token: str) -> Invitation:
    row = await tx.mediations.invitation_by(sha256(token.encode()).digest())
    if row is None:
        raise NotFound
    return row


async def _is_mine(tx: Tx, actor: Actor, row: Invitation) -> bool:
    if actor.account_id is None:
        return False
    return (await tx.accounts.get(actor.account_id)).phone == row.phone


async def _mine(tx: Tx, actor: Actor, row: Invitation) -> None:
    """Only the invited telephone answers: a link alone may have been passed on."""
    if not await _is_mine(tx, actor, row):
        raise NotPermitted("Please sign in with the number that received the invitation.")


async def _invitation(tx: Tx, case: Case, token: str, now: datetime, expires_at: datetime) -> Invitation:
    answers = load((await tx.drafts.get(case.id)).answers).answers
    try:
        phone = normal_phone(answers.get("defendant_phone", ""))
    except BadInput:
        phone = ""
    return Invitation(
        case_id=case.id,
        token_hash=sha256(token.encode()).digest(),
        phone=phone,
        name=answers.get("defendant", ""),
        created_at=now,
        expires_at=expires_at,
    )


async def _letter(tx: Tx, case: Case, last_day: date) -> PaperOrder:
    names = await titled(tx, case)
    summary = [f"纠纷类型：{names.cause}"]
    if case.amount_fen:
        summary.append(f"请求金额：{chinese_amount(case.amount_fen)}")
    content = {
        "respondent": names.respondent,
        "applicant": names.applicant,
        "cause": names.cause,
        "reply_by": printed(last_day),
        "phone": _DESK,
        "summary": summary,
        "number": names.number,
    }
    return PaperOrder("mediation_invitation", content)
