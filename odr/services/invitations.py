"""The other side's invitation: a link by SMS, read before signing in, answered from the invited telephone."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from filing.causes import CAUSES
from filing.draft import load
from filing.form_parties import COMPANY
from filing.sentences import Sentence
from odr.db.cases import Case
from odr.db.filings import is_verified
from odr.db.mediated import Act, locked, printed, state_of, take, titled
from odr.db.mediation import Invitation
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor, normal_phone
from odr.domain.agents import same_name
from odr.domain.mediation import Action, State
from odr.domain.papers import PaperOrder, chinese_amount
from odr.domain.permissions import signed_in
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

STAGES = ("mediation", "service")  # a consent each (OLR 4, 29)
_CLOCK = "invitation"
_TOKEN_BYTES = 24
_DESK = "12368"


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

    @property
    def open(self) -> bool:
        return self.state == State.INVITING and self.accepted is None


class InvitationService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

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
            await take(tx, Act(actor, Role.RESPONDENT, now), case.id, Action.ACCEPT_INVITATION)
            card = await tx.identities.get(account_id)
            row.accepted, row.answered_at = True, now
            row.verified_name = card.name if card else ""
            seat = tx.cases.join(case.id, account_id, Role.RESPONDENT, "B", row.verified_name)
            seat.party = await _company(tx, case.id, row.verified_name)
            mine = str(account_id)
            tx.outbox.add("identity.keep_for_case", at=now, case_id=str(case.id), account_id=mine)
            for stage, granted in zip(STAGES, (True, service), strict=True):
                tx.review.add_consent(case.id, account_id, stage, granted=granted, at=now)
        return case.id

    async def refuse(self, actor: Actor, token: str) -> None:
        """Say no, from the invited telephone: the case goes back to its judge at once."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row = await _by_token(tx, token)
            case = await locked(tx, row.case_id)
            await _mine(tx, actor, row)
            row.accepted, row.answered_at = False, now
            await take(tx, Act(actor, Role.RESPONDENT, now), case.id, Action.REFUSE_INVITATION)


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
