"""Who mediates: the parties' choice, the court's appointment, the mediator's disclosure and answer.

Rule 1: both sides naming the same mediator settle it; either side may leave it to the court at any moment.
Rule 2: who declined, or kept silent, is not asked again in the same case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from filing.causes import CAUSES
from filing.sentences import Sentence
from odr.db.cases import Case
from odr.db.mediated import Act, locked, printed, state_of, take, titled
from odr.db.mediation import Mandate, MediatorChoice
from odr.db.mediators import Mediator
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.calendars import CHINA_CALENDAR
from odr.domain.deadlines import clocks, reckoned
from odr.domain.mediation import HELD_BY_MEDIATOR, MACHINE, Action, State
from odr.domain.mediators import Candidate, Ranked, Relation, rank
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.permissions import Part, part
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock

_RELATIONS_ON_PAPER = {
    Relation.FAMILY: "与当事人或者代理人有近亲属关系。",
    Relation.INTEREST: "与本纠纷有利害关系。",
    Relation.OTHER: "与当事人或者代理人有其他可能影响公正的关系。",
}
_NO_RELATION = "本人与各方当事人及其代理人均无亲属关系、利害关系，也没有其他可能影响公正调解的情形。"


@dataclass(frozen=True, slots=True)
class MediatorView:
    """A line of the register with the reasons for its rank; `chosen_by`: the sides that want this one."""

    id: UUID
    name: str
    organisation: str
    introduction: str
    specialties: tuple[str, ...]
    reasons: tuple[Sentence, ...]
    chosen_by: frozenset[str]


class MandateService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def register(
        self, account_id: UUID, name: str, organisation: str, specialties: Iterable[str]
    ) -> None:
        """Put a mediator on the court's list, or bring the line up to date."""
        async with self._db.begin() as tx:
            row = await tx.mediators.get(account_id)
            if row is None:
                row = tx.mediators.add(Mediator(account_id=account_id))
            row.name, row.organisation, row.specialties = name, organisation, sorted(specialties)
            tx.audit.add(PLATFORM, "mediator.register", "account", account_id, at=self._clock.now())

    async def candidates(self, actor: Actor, case_id: UUID) -> list[MediatorView]:
        """Who may be named, best first, while the parties choose."""
        async with self._db.read() as tx:
            _side(part(actor, await tx.cases.belonging(case_id)))
            case = await tx.cases.get(case_id)
            if case is None:
                raise NotFound
            register = {row.account_id: row for row in await tx.mediators.active()}
            wishes = await tx.mediations.choices(case_id)
            ranked = await _ranked(tx, case)
        return [_view(one, register[one.candidate.id], wishes) for one in ranked]

    async def choose(self, actor: Actor, case_id: UUID, mediator_id: UUID | None) -> None:
        """Name a mediator, or (None) let the court appoint at once."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await locked(tx, case_id)
            side = _side(part(actor, await tx.cases.belonging(case_id)))
            if await state_of(tx, case_id) is not State.SELECTING:
                raise NotAllowed
            ranked = {one.candidate.id: one for one in await _ranked(tx, case)}
            if mediator_id is not None and mediator_id not in ranked:
                raise NotAllowed("This mediator cannot be named in this case. Please choose another.")
            wishes = await tx.mediations.choices(case_id)
            mine = wishes.get(side)
            if mine is None:
                mine = MediatorChoice(case_id=case_id, side=side, at=now)
                tx.mediations.add(mine)
            mine.mediator_id, mine.at = mediator_id, now
            tx.audit.add(actor, "mediator.choose", "case", case_id, at=now, case_id=case_id, side=side)
            others = {one.mediator_id for key, one in wishes.items() if key != side}
            if mediator_id is None:
                await self._offer(tx, case, next(iter(ranked.values()), None))
            elif mediator_id in others:
                await self._offer(tx, case, ranked[mediator_id])

    async def appoint(self, event: Event) -> None:
        """The court's appointment (`mediation.appoint`: case_id), in time or after a decline."""
        case_id = UUID(event.payload["case_id"])
        async with self._db.begin() as tx:
            case = await locked(tx, case_id)
            if await state_of(tx, case_id) is not State.SELECTING:
                return
            for row in await tx.mediations.mandates(case_id):
                if not row.answer:
                    row.answer, row.answered_at = "silent", self._clock.now()
            await self._offer(tx, case, next(iter(await _ranked(tx, case)), None))

    async def disclose(self, actor: Actor, case_id: UUID, relations: Iterable[str], details: str) -> bool:
        """State relations and interests (OMR 13); without any it is accepted at once: whether so.

        With one the parties are asked, and `accept` follows when both agree.
        """
        named = _relations(relations)
        if named and not details.strip():
            raise BadInput("Please describe the relation.", field="details")
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, mandate = await _offered(tx, actor, case_id)
            mandate.disclosed_at, mandate.details = now, details.strip()
            mandate.relations, mandate.agreed = sorted(named), []
            tx.audit.add(
                actor, "mediator.disclose", "case", case_id, at=now, case_id=case_id, count=len(named)
            )
            if not named:
                await self._accept(tx, actor, case, mandate)
            else:
                names: dict[str, Any] = {
                    "name": "relation_disclosed",
                    "subject_id": str(case_id),
                    "case_id": str(case_id),
                }
                tx.outbox.add("notice.send", at=now, **names)
        return not named

    async def accept(self, actor: Actor, case_id: UUID) -> None:
        """Accept after both sides, knowing the disclosure, agreed."""
        async with self._db.begin() as tx:
            case, mandate = await _offered(tx, actor, case_id)
            await self._accept(tx, actor, case, mandate)

    async def answer_disclosure(self, actor: Actor, case_id: UUID, *, agreed: bool) -> None:
        """A side's answer to a disclosed relation; a no means another mediator (OMR 13)."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            case = await locked(tx, case_id)
            side = _side(part(actor, await tx.cases.belonging(case_id)))
            mandate = await tx.mediations.mandate(case_id)
            if mandate is None or mandate.answer or not mandate.relations:
                raise NotAllowed
            verb = "mediator.agree" if agreed else "mediator.object"
            tx.audit.add(actor, verb, "case", case_id, at=now, case_id=case_id, side=side)
            if not agreed:
                mandate.why = f"side {side} objects"
                await self._decline(tx, PLATFORM, Role.CLOCK, case, mandate)
                return
            mandate.agreed = sorted({*mandate.agreed, side})
            if set(mandate.agreed) >= {"A", "B"}:
                names: dict[str, Any] = {
                    "name": "relation_accepted",
                    "subject_id": str(case_id),
                    "case_id": str(case_id),
                }
                tx.outbox.add("notice.send", at=now, **names)

    async def decline(self, actor: Actor, case_id: UUID, why: str) -> None:
        """Say no, with the reason; the next one is asked."""
        if not why.strip():
            raise BadInput("Please write down the reason.", field="why")
        async with self._db.begin() as tx:
            case, mandate = await _offered(tx, actor, case_id)
            mandate.why = why.strip()
            await self._decline(tx, actor, Role.MEDIATOR, case, mandate)

    async def _offer(self, tx: Tx, case: Case, best: Ranked | None) -> None:
        if best is None:
            raise NotAllowed("No mediator of the list is free at the moment. The court will look for one.")
        now = self._clock.now()
        case.mediator_id = best.candidate.id
        tx.mediations.add(
            Mandate(
                id=uuid4(),
                case_id=case.id,
                mediator_id=best.candidate.id,
                reasons=[{"text": fit.text, "values": dict(fit.values)} for fit in best.reasons],
                offered_at=now,
            )
        )
        await tx.flush()
        await take(tx, Act(PLATFORM, Role.CLOCK, now), case.id, Action.APPOINT)

    async def _accept(self, tx: Tx, actor: Actor, case: Case, mandate: Mandate) -> None:
        now = self._clock.now()
        await tx.flush()
        paper = await _acceptance(tx, case, mandate, now)
        await take(tx, Act(actor, Role.MEDIATOR, now), case.id, Action.ACCEPT_MANDATE, paper)
        mandate.answer, mandate.answered_at = "accepted", now

    async def _decline(self, tx: Tx, actor: Actor, role: Role, case: Case, mandate: Mandate) -> None:
        now = self._clock.now()
        await take(tx, Act(actor, role, now), case.id, Action.DECLINE_MANDATE)
        mandate.answer, mandate.answered_at = "declined", now
        case.mediator_id = None


def _relations(given: Iterable[str]) -> frozenset[Relation]:
    try:
        return frozenset(Relation(one) for one in given)
    except ValueError:
        raise BadInput("Please choose one of the answers.", field="relations") from None


def _side(who: Part) -> str:
    """The side a party or its agent stands on."""
    if who.side not in ("A", "B"):
        raise NotPermitted
    return who.side


async def _offered(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Mandate]:
    """The case and the open mandate of the mediator who acts."""
    case = await locked(tx, case_id)
    if part(actor, await tx.cases.belonging(case_id)).role is not Role.MEDIATOR:
        raise NotPermitted
    mandate = await tx.mediations.mandate(case_id)
    if mandate is None or mandate.answer:
        raise NotAllowed
    return case, mandate


async def _ranked(tx: Tx, case: Case) -> list[Ranked]:
    """The register for this case, best first."""
    loads = await tx.mediators.loads(MACHINE.name, frozenset(state.value for state in HELD_BY_MEDIATOR))
    asked = {row.mediator_id for row in await tx.mediations.mandates(case.id)}
    people = {row.account_id for row in await tx.cases.participants(case.id)}
    candidates = [
        Candidate(
            row.account_id,
            row.name,
            frozenset(row.specialties),
            loads.get(row.account_id, 0),
            frozenset({Relation.FAMILY}) if row.account_id in people else frozenset(),
            declined=row.account_id in asked,
        )
        for row in await tx.mediators.active()
    ]
    cause = CAUSES.get(case.cause)
    return rank(candidates, case.cause, cause.specialty.value if cause else "")


def _view(ranked: Ranked, row: Mediator, wishes: dict[str, MediatorChoice]) -> MediatorView:
    return MediatorView(
        row.account_id,
        row.name,
        row.organisation,
        row.introduction,
        tuple(row.specialties),
        tuple(Sentence(fit.text, "", dict(fit.values)) for fit in ranked.reasons),
        frozenset(side for side, wish in wishes.items() if wish.mediator_id == row.account_id),
    )


async def _acceptance(tx: Tx, case: Case, mandate: Mandate, now: datetime) -> PaperOrder:
    """The mediator's acceptance with the disclosure, as both sides read it."""
    names, row = await titled(tx, case), await tx.mediators.get(mandate.mediator_id)
    ends = reckoned(clocks("M-10")[0], now, CHINA_CALENDAR)
    if row is None or ends is None:
        raise NotFound
    disclosures = [_RELATIONS_ON_PAPER[Relation(one)] for one in mandate.relations] or [_NO_RELATION]
    if mandate.details:
        disclosures.append(f"说明：{mandate.details}")
    content: dict[str, Any] = {
        "mediator": row.name,
        "organisation": row.organisation,
        "case_title": names.title,
        "ends_on": printed(ends.last_day),
        "accepted_at": chinese_moment(now),
        "disclosures": disclosures,
        "number": names.number,
    }
    return PaperOrder("mediator_acceptance", content)
