"""A filing as its rows tell it: the draft its owner may change, with what the verified identity answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from filing import draft as drafting
from filing.dates import parse_day
from filing.form_guardian import GROUNDS, RELATIONS, age
from filing.form_parties import COMPANY, WARD
from filing.materials import GUARDIANSHIP
from filing.prefill import Side
from filing.questions import YES, Answers, Choice
from filing.sentences import Sentence
from odr.db.cases import Case, Participant
from odr.db.drafts import Draft
from odr.db.evidence import EvidenceItem
from odr.db.uow import Tx
from odr.domain import identity
from odr.domain.accounts import Actor
from odr.domain.cascades import follow
from odr.domain.drafts import FILERS, MACHINE, WRITABLE, Action, FilingFacts
from odr.domain.papers import PaperOrder
from odr.domain.permissions import part
from odr.domain.prefills import KNOWN_FIELDS, proved, with_identity
from odr.domain.steps import Change, Role, Subject, advance
from odr.errors import NotAllowed, NotFound

_CHINA: Final = ZoneInfo("Asia/Shanghai")
MEDIATION: Final = "mediation"  # the stage that a consent is for


@dataclass(frozen=True, slots=True)
class WardView:
    """Who acts for a plaintiff without capacity (MSF 60), why, and the papers that prove it."""

    guardian: str
    relation: Sentence | None
    ground: Sentence | None
    papers: tuple[UUID, ...]


async def editable_draft(tx: Tx, actor: Actor, case_id: UUID, *, lock: bool = False) -> Draft:
    """The draft row, if the actor is the one who files (else NotFound) and it may still be written."""
    if part(actor, await tx.cases.belonging(case_id)).role not in FILERS:
        raise NotFound
    if await tx.states.get(MACHINE.name, case_id) not in WRITABLE:
        raise NotAllowed("This filing has been submitted and can no longer be changed here.")
    return await (tx.drafts.lock(case_id) if lock else tx.drafts.get(case_id))


async def known_draft(tx: Tx, row: Draft, owner_id: UUID) -> drafting.Draft:
    """The draft with the verified card's answers; nothing of the card before it is verified."""
    draft, side = drafting.load(row.answers), await side_of(tx, row, owner_id)
    draft = draft.typed("has_agent", YES) if side is Side.AGENT else draft
    card = await verified_card(tx, owner_id)
    draft = proved(draft, card, side)
    return with_identity(draft, card, side) if card else draft


async def side_of(tx: Tx, row: Draft, account_id: UUID) -> Side:
    """Whose card in the filing is that of this person: the agent's, the guardian's or the plaintiff's own."""
    if await is_agent(tx, row.case_id, account_id):
        return Side.AGENT
    kind = drafting.load(row.answers).answers.get("plaintiff_kind")
    return Side.GUARDIAN if kind == WARD else Side.PLAINTIFF


def ward_of(answers: Answers, papers: Sequence[EvidenceItem]) -> WardView | None:
    """Who acts for a plaintiff without capacity, as the filing says; None where nobody does."""
    if answers.get("plaintiff_kind") != WARD:
        return None
    proofs = tuple(row.id for row in papers if row.side == "A" and row.material == GUARDIANSHIP.id)
    relation, ground = answers.get("guardian_relation"), answers.get("ward_ground")
    return WardView(answers.get("guardian", ""), _label(RELATIONS, relation), _label(GROUNDS, ground), proofs)


def age_on(answers: Answers, at: datetime | None) -> int | None:
    """The plaintiff's age in whole years then, in China; None for a company, or where it is not said."""
    born = parse_day(answers.get("plaintiff_birth", ""))
    if answers.get("plaintiff_kind") == COMPANY or born is None or at is None:
        return None
    return age(born, at.astimezone(_CHINA).date())


def _label(choices: tuple[Choice, ...], value: str | None) -> Sentence | None:
    return next((choice.label for choice in choices if choice.value == value), None)


async def verified_card(tx: Tx, account_id: UUID) -> dict[str, str]:
    """What is verified of a person, by field of KNOWN_FIELDS; empty before that."""
    card = await tx.identities.get(account_id) if await is_verified(tx, account_id) else None
    return {name: getattr(card, name) for name in KNOWN_FIELDS} if card else {}


async def is_agent(tx: Tx, case_id: UUID, account_id: UUID) -> bool:
    """Whether this account acts for a party of the case."""
    participant = await tx.cases.participant(case_id, account_id)
    return participant is not None and participant.role == Role.AGENT


async def handed_in(tx: Tx, case_id: UUID, account_id: UUID) -> set[str]:
    """The papers of the filing that are there; of verified cards only the party's own counts."""
    here = {item.material for item in await tx.evidence.of_side(case_id, "A") if item.material}
    own = await side_of(tx, await tx.drafts.get(case_id), account_id) is Side.PLAINTIFF
    if own and await is_verified(tx, account_id):
        here.add("id_card")
    return here


async def is_verified(tx: Tx, account_id: UUID) -> bool:
    return await tx.states.get(identity.MACHINE.name, account_id) == identity.State.VERIFIED


async def owner_of(tx: Tx, case_id: UUID) -> Participant:
    """Who stands for the side that began the case: the party in person, else who filed for it."""
    rows = [row for row in await tx.cases.participants(case_id) if row.side == "A"]
    return min(rows, key=lambda row: row.role == Role.AGENT)


async def facts_of(tx: Tx, case: Case, actor: Actor) -> FilingFacts:
    """What the guards of the review ask for."""
    asked = await tx.review.open_supplement(case.id)
    unanswered = [one for one in asked.items if not one["answer"] and not one["papers"]] if asked else []
    return FilingFacts(
        judge_id=case.judge_id,
        asks=actor.account_id if actor.staff_roles else None,
        supplements_asked=await tx.review.supplement_count(case.id),
        second_supplement_approved=await tx.review.approval(case.id) is not None,
        open_items=len(unanswered),
        mediation_consent=bool(await tx.review.consent_of(case.id, "A", MEDIATION)),
    )


async def move(
    tx: Tx,
    actor: Actor,
    case: Case,
    action: Action,
    *,
    role: Role,
    now: datetime,
    papers: Sequence[PaperOrder] = (),
) -> Change:
    """Take a step of the filing, with what follows from it, and write it down."""
    state = await tx.states.lock(MACHINE.name, case.id)
    subject = Subject(case.id, case.id, state, await facts_of(tx, case, actor))
    change = advance(MACHINE, subject, action, role, now=now)
    await tx.record(actor, change, *follow(change, await tx.states.of_case(case.id)), papers=papers)
    return change
