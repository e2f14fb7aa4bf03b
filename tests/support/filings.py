"""People with a verified identity, and filings, for the tests of services."""

from datetime import datetime
from uuid import UUID

from odr.db.uow import Database
from odr.domain import identity
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.citizens import CITIZENS, Citizen
from odr.domain.steps import Change, Role, Told
from odr.services.drafts import DraftService


def citizen(name: str) -> Citizen:
    return next(one for one in CITIZENS if one.id == name)


async def open_account(db: Database, name: str, now: datetime) -> Actor:
    """The account of an invented citizen, not verified yet."""
    async with db.begin() as tx:
        account = tx.accounts.add(citizen(name).phone, now)
        await tx.flush()
        tx.audit.add(Actor(account.id), "account.open", "account", account.id, at=now)
    return Actor(account.id)


async def verify(db: Database, actor: Actor, name: str, now: datetime) -> None:
    """What the identity row and its machine hold once card, face and register agreed."""
    person = citizen(name)
    assert actor.account_id
    async with db.begin() as tx:
        row = await tx.identities.lock(actor.account_id)
        row.name, row.sex, row.nation = person.name, person.sex, person.nation
        row.birth, row.address, row.id_number = person.birth, person.address, person.id_number
        row.confirmed_at = row.face_at = row.register_at = now
        row.face_same, row.register_outcome = True, "match"
        state = str(identity.State.VERIFIED)
        change = Change(
            "identity",
            actor.account_id,
            None,
            "register_match",
            None,
            state,
            Role.CLOCK,
            now,
            told=Told.PERSON,
        )
        await tx.record(PLATFORM, change)


LOAN_ANSWERS = {
    "cause": "loan",
    "amount": "50000",
    "arbitration_clause": "no",
    "decided_before": "no",
    "against_authority": "no",
}


async def answer_all(drafts: DraftService, actor: Actor, case_id: UUID, **wished: str) -> None:
    """Answer every question that is still needed, the way a patient person would."""
    while lacking := (await drafts.overview(actor, case_id)).missing:
        question = lacking[0].question
        by_kind = {
            "money": "50000",
            "date": "1980-01-30" if question.id.endswith("_birth") else "2025-01-30",
            "phone": "13800000000",
            "id_number": citizen("yang").id_number,
        }
        first = question.choices[0].value if question.choices else by_kind.get(question.kind, "如实陈述")
        await drafts.save(actor, case_id, question.id, wished.get(question.id, first))
