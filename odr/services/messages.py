"""Messages to people: the inbox of each, and the worker's side of every SMS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from filing.draft import load
from filing.sentences import Sentence
from odr.db.accounts import Account
from odr.db.cases import Case
from odr.db.messages import Message
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor, normal_phone
from odr.domain.guests import MACHINE as GUEST
from odr.domain.guests import OPEN, State
from odr.domain.messages import ASIDE, BY_SMS, NOTICES, PATHS, SMS, STAFF_PATHS, To
from odr.domain.permissions import signed_in
from odr.domain.sittings import GUESTS, SeatRole
from odr.domain.steps import Role
from odr.errors import BadInput
from odr.languages import DEFAULT, translate
from odr.ports.clock import Clock
from odr.ports.sms import Sms, SmsSender

_SEE: Final = "%(text)s See %(url)s"
_ROLES: Final = {To.HEAD: Role.DIVISION_HEAD, To.COORDINATOR: Role.COORDINATOR, To.STAFF: Role.SUPPORT}
# What the other side is told by telephone before it has ever signed in; the invitation is its own message.
_BEFORE_SIGN_UP: Final = frozenset({"mediation_ended"})
# What a guest hears who has no seat yet: there is nothing left to answer.
_UNANSWERED_TOO: Final = frozenset({"sitting_cancelled"})


@dataclass(frozen=True, slots=True)
class MessageView:
    """One line of the inbox; `new` if it was never shown before."""

    text: Sentence
    at: datetime
    path: str
    new: bool


@dataclass(frozen=True, slots=True)
class _Receiver:
    """Whom a notice reaches: an account, or a telephone alone."""

    account: Account | None
    phone: str
    path: str
    by_sms: bool


class MessageService:
    """`signature` is the name in 【】 that every gateway wants in front; links start with `base_url`."""

    def __init__(self, db: Database, clock: Clock, sms: SmsSender, *, signature: str, base_url: str) -> None:
        self._db = db
        self._clock = clock
        self._sms = sms
        self._signature = signature
        self._base_url = base_url

    async def send_sms(self, event: Event) -> None:
        """Deliver one `sms.send` event: to, template, values, lang, and a path if there is one to go to."""
        payload = event.payload
        lang = payload.get("lang", DEFAULT)
        text = translate(SMS[payload["template"]], lang, payload["values"])
        if path := payload.get("path"):
            text = translate(_SEE, lang, {"text": text, "url": f"{self._base_url}{path}"})
        await self._sms.send(Sms(key=str(event.id), to=payload["to"], text=f"【{self._signature}】{text}"))

    async def send_notice(self, event: Event) -> None:
        """Put one `notice.send` event into every inbox it is meant for, and on the parties' telephones."""
        name, now = event.payload["name"], self._clock.now()
        async with self._db.begin() as tx:
            if await tx.messages.was_told(event.id):
                return
            case = await _case(tx, event)
            number = (case.number or case.id.hex[:8].upper()) if case else ""
            values = {"number": number, **event.payload.get("values", {})}
            for receiver in await _receivers(tx, event, case):
                tx.messages.add(_message(event, case, receiver, values, now))
                if receiver.account:
                    tx.pushes.add(receiver.account.id, "message", {"name": name}, now)
                if receiver.by_sms and name in SMS:
                    told = {"template": name, "values": values, "path": receiver.path}
                    tx.outbox.add("sms.send", at=now, to=receiver.phone, **told)
            case_id = case.id if case else None
            within = {key: event.payload[key] for key in ("audience",) if key in event.payload}
            tx.audit.add(
                PLATFORM, "notice.send", "notice", event.id, at=now, case_id=case_id, name=name, **within
            )

    async def inbox(self, actor: Actor) -> list[MessageView]:
        """What the person was told, the newest first; looking at it makes it read."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            rows = await tx.messages.of_account(account_id)
            views = [_view(row) for row in rows]
            fresh = [row for row in rows if row.read_at is None]
            for row in fresh:
                row.read_at = now
            if fresh:
                tx.audit.add(actor, "messages.read", "account", account_id, at=now, count=len(fresh))
        return views

    async def unread(self, actor: Actor) -> int:
        async with self._db.read() as tx:
            return await tx.messages.unread(signed_in(actor))


async def _case(tx: Tx, event: Event) -> Case | None:
    named = event.payload.get("case_id")
    return await tx.cases.get(UUID(named)) if named else None


async def _receivers(tx: Tx, event: Event, case: Case | None) -> list[_Receiver]:
    """Everybody the notice is for, each once."""
    name, found = event.payload["name"], dict[str, _Receiver]()
    subject_id = UUID(event.payload["subject_id"])
    for to in {**NOTICES, **ASIDE}[name].to:
        if to is To.GUESTS:
            for guest in await _guests(tx, name, subject_id):
                found.setdefault(guest.phone, guest)
            continue
        path = _path(name, to, subject_id, case)
        for account in await _accounts(tx, to, subject_id, case):
            found.setdefault(account.phone, _Receiver(account, account.phone, path, to in BY_SMS))
        if to is To.B and case and name in _BEFORE_SIGN_UP and (phone := await _opponent_phone(tx, case)):
            found.setdefault(phone, _Receiver(None, phone, "", by_sms=True))
    return list(found.values())


async def _accounts(tx: Tx, to: To, subject_id: UUID, case: Case | None) -> list[Account]:
    if role := _ROLES.get(to):
        return await tx.accounts.staff(role)
    if to is To.SELF:
        owner = (await tx.evidence.get(subject_id)).uploaded_by if case else subject_id
        return [await tx.accounts.get(owner)]
    if case is None:
        return []
    if to in (To.A, To.B):
        rows = await tx.cases.participants(case.id)
        return [await tx.accounts.get(row.account_id) for row in rows if row.side == to]
    named = {
        To.JUDGE: case.judge_id,
        To.MEDIATOR: case.mediator_id,
        To.CONFIRMING_JUDGE: case.confirming_judge_id,
    }[to]
    return [await tx.accounts.get(named)] if named else []


async def _guests(tx: Tx, name: str, sitting_id: UUID) -> list[_Receiver]:
    """The guests of the sitting; to who has no seat its page would be closed."""
    seats = await tx.sittings.seats(sitting_id)
    seated = [key for key, seat in seats.items() if SeatRole(seat.role) in GUESTS and not seat.removed]
    accounts = [await tx.accounts.get(key) for key in seated]
    found = [_Receiver(one, one.phone, f"/sittings/{sitting_id}", by_sms=True) for one in accounts]
    for row in await tx.guests.of_sitting(sitting_id) if name in _UNANSWERED_TOO else ():
        if State(await tx.states.get(GUEST.name, row.id) or State.INVITED) in OPEN:
            found.append(_Receiver(None, row.phone, "", by_sms=True))
    return found


async def _opponent_phone(tx: Tx, case: Case) -> str:
    """The number that the filing gives for a side which has not come yet; "" if it has, or there is none."""
    if any(row.side == "B" for row in await tx.cases.participants(case.id)):
        return ""
    written = load((await tx.drafts.get(case.id)).answers).answers.get("defendant_phone", "")
    try:
        return normal_phone(written)
    except BadInput:
        return ""


def _path(name: str, to: To, subject_id: UUID, case: Case | None) -> str:
    path = STAFF_PATHS.get(to) or PATHS.get(name, "/cases/{case}" if case else "/me")
    return path.format(case=case.id if case else "", subject=subject_id)


def _message(
    event: Event, case: Case | None, receiver: _Receiver, values: Mapping[str, str], now: datetime
) -> Message:
    return Message(
        id=uuid4(),
        event_id=event.id,
        account_id=receiver.account.id if receiver.account else None,
        case_id=case.id if case else None,
        name=event.payload["name"],
        values=dict(values),
        path=receiver.path,
        created_at=now,
    )


def _view(row: Message) -> MessageView:
    text = {**NOTICES, **ASIDE}[row.name].text
    return MessageView(Sentence(text, "", row.values), row.created_at, row.path, row.read_at is None)
