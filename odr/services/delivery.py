"""Electronic service: each paper to be served, to each receiver, with the moment it took effect.

Rule 1: a text message is a hint; what counts is arrival with consent, reading, or a confirmation.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from filing.norms import cite
from odr.db.cases import Participant
from odr.db.delivery import Delivery
from odr.db.documents import Document
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.delivery import MACHINE, Action, Effect, State, effect
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.permissions import part, signed_in
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotFound, NotPermitted
from odr.languages import translate
from odr.ports.clock import Clock

AGREED, NOT_AGREED = "受送达人已同意电子送达", "无事先同意，以受送达人阅读或者确认为准"
SERVICE = "service"  # the stage that a consent is for


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One paper served on one person."""

    id: UUID
    document_id: UUID
    title: str
    receiver: str
    state: str
    mine: bool
    arrived_at: datetime | None
    read_at: datetime | None
    acknowledged_at: datetime | None
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class DeliveriesView:
    """`consent` is None while the person was not asked or did not answer."""

    case_id: UUID
    consent: bool | None
    receiver: bool  # whether this person is served anything here at all
    items: tuple[DeliveryView, ...]


class DeliveryService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def plan(self, event: Event) -> None:
        """Serve a filed paper on everybody of its audience (`delivery.plan`: document_id)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            document = await tx.documents.get(UUID(event.payload["document_id"]))
            await tx.cases.lock(document.case_id)
            for receiver in await _receivers(tx, document):
                if await tx.deliveries.of(document.id, receiver.account_id) is None:
                    await self._deliver(tx, document, receiver, now)

    async def read(self, event: Event) -> None:
        """The receiver opened the paper (`delivery.read`: document_id, account_id)."""
        document_id, account_id = UUID(event.payload["document_id"]), UUID(event.payload["account_id"])
        async with self._db.begin() as tx:
            row = await tx.deliveries.of(document_id, account_id)
            if row is None or await tx.states.get(MACHINE.name, row.id) != State.ARRIVED:
                return
            row.read_at = event.created_at
            await self._take(tx, Actor(account_id), row, Action.READ)

    async def acknowledge(self, actor: Actor, case_id: UUID, delivery_id: UUID) -> None:
        """The receiver confirms that he has the paper."""
        async with self._db.begin() as tx:
            part(actor, await tx.cases.belonging(case_id))
            row = await tx.deliveries.get(delivery_id)
            if row.case_id != case_id:
                raise NotFound
            if row.account_id != actor.account_id:
                raise NotPermitted
            row.acknowledged_at = self._clock.now()
            await self._take(tx, actor, row, Action.ACKNOWLEDGE)

    async def consent(self, actor: Actor, case_id: UUID, *, granted: bool) -> None:
        """The person's answer to electronic service; it holds for what arrives afterwards."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            if not part(actor, await tx.cases.belonging(case_id)).side:
                raise NotPermitted
            tx.review.add_consent(case_id, signed_in(actor), SERVICE, granted=granted, at=now)
            action = "consent.give" if granted else "consent.withdraw"
            tx.audit.add(actor, action, "case", case_id, at=now, case_id=case_id, stage=SERVICE)

    async def of_case(self, actor: Actor, case_id: UUID) -> DeliveriesView:
        """A party sees what was served on him; the court of the case sees all."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            who = part(actor, await tx.cases.belonging(case_id))
            rows = await (
                tx.deliveries.to(case_id, account_id) if who.side else tx.deliveries.of_case(case_id)
            )
            names = {row.account_id: row.name for row in await tx.cases.participants(case_id)}
            items = [await _view(tx, row, document, names, account_id) for row, document in rows]
            consent = await tx.review.consent(case_id, account_id, SERVICE)
        return DeliveriesView(case_id, consent, bool(who.side), tuple(items))

    async def _deliver(self, tx: Tx, document: Document, receiver: Participant, now: datetime) -> None:
        """Plan and arrive: the account is the system in which the person has confirmed to be reached."""
        agreed = await tx.review.consent(document.case_id, receiver.account_id, SERVICE)
        row = tx.deliveries.add(
            Delivery(
                id=uuid4(),
                case_id=document.case_id,
                document_id=document.id,
                account_id=receiver.account_id,
                consented_at=now if agreed else None,
                arrived_at=now,
            )
        )
        await tx.flush()
        for action in (Action.PLAN, Action.ARRIVE):
            await self._take(tx, PLATFORM, row, action)

    async def _take(self, tx: Tx, actor: Actor, row: Delivery, action: Action) -> None:
        role = Role.CLOCK if actor is PLATFORM else Role((await _receiver(tx, row)).role)
        subject = Subject(row.id, row.case_id, await tx.states.lock(MACHINE.name, row.id), row.moments)
        await tx.record(actor, advance(MACHINE, subject, action, role, now=self._clock.now()))
        if row.certified_at is None and effect(row.moments):
            await self._certify(tx, row)

    async def _certify(self, tx: Tx, row: Delivery) -> None:
        """Order the certificate as soon as the service has taken effect."""
        document, receiver = await tx.documents.get(row.document_id), await _receiver(tx, row)
        took = effect(row.moments)
        if took is None:
            return
        case = await tx.cases.get(row.case_id)
        named = (("到达", row.arrived_at), ("阅读", row.read_at), ("确认收到", row.acknowledged_at))
        content = {
            "recipient": receiver.name or (await tx.accounts.get(row.account_id)).display_name,
            "document": document.title,
            "document_sha256": document.object_key,
            "channel": "本平台账户（手机号实名登录）",
            "consent": AGREED if row.consented_at else NOT_AGREED,
            "effective_on": chinese_moment(took.at),
            "basis": f"{translate(took.ground)}，{cite(took.article)}",
            "events": [{"name": name, "at": chinese_moment(at)} for name, at in named if at],
            **({"number": case.number} if case and case.number else {}),
        }
        row.certified_at = self._clock.now()
        paper = PaperOrder("delivery_certificate", content, audience=receiver.side)
        tx.order_paper(paper, row.case_id, self._clock.now())


async def _receivers(tx: Tx, document: Document) -> list[Participant]:
    rows = await tx.cases.participants(document.case_id)
    return [row for row in rows if document.audience in ("case", row.side)]


async def _receiver(tx: Tx, row: Delivery) -> Participant:
    """Whom the paper was served on, also when his part in the case is over by now."""
    found = await tx.cases.ever(row.case_id, row.account_id)
    if found is None:
        raise NotFound
    return found


async def _view(
    tx: Tx, row: Delivery, document: Document, names: dict[UUID, str], account_id: UUID
) -> DeliveryView:
    return DeliveryView(
        row.id,
        document.id,
        document.title,
        names.get(row.account_id, ""),
        await tx.states.get(MACHINE.name, row.id) or "",
        row.account_id == account_id,
        row.arrived_at,
        row.read_at,
        row.acknowledged_at,
        effect(row.moments),
    )
