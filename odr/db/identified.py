"""What every act on an identity does alike: its facts from the row, its step, the register's question."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.identity import Identity
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.identity import MACHINE, Action, IdentityFacts, Verdict, check_verdict
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotFound
from odr.ports.register import RegisterOutcome

SIDES = ("front", "back")


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, in which part, and when."""

    actor: Actor
    role: Role
    at: datetime


def facts(row: Identity) -> IdentityFacts:
    return IdentityFacts(
        both_sides_read=bool(row.front_photo and row.back_photo),
        fields_valid=row.confirmed_at is not None,
        consented=row.consent_at is not None,
        face_same=row.face_same,
        tries=row.tries,
        staff_same=row.staff_same,
        in_register=bool(row.id_number),
        network_number=row.network_number,
        register_match=row.register_outcome == RegisterOutcome.MATCH if row.register_outcome else None,
    )


async def move(tx: Tx, act: Act, row: Identity, action: Action) -> None:
    """Take a step of the person's identity and write it down."""
    state = await tx.states.lock(MACHINE.name, row.account_id)
    subject = Subject(row.account_id, None, state, facts(row))
    await tx.record(act.actor, advance(MACHINE, subject, action, act.role, now=act.at))


async def match(tx: Tx, act: Act, row: Identity, action: Action) -> None:
    """The first check is passed: the register is asked at once."""
    await move(tx, act, row, action)
    row.register_asked_at, row.register_outcome = act.at, ""
    tx.outbox.add("identity.ask_register", at=act.at, account_id=str(row.account_id))


async def judge(tx: Tx, act: Act, account_id: UUID, verdict: Verdict) -> None:
    """Record what a member of staff saw, and what follows from it: the register, or the end."""
    check_verdict(verdict, own=act.actor.account_id == account_id)
    row = await tx.identities.lock(account_id)
    row.staff_by, row.staff_at, row.staff_seen = act.actor.account_id, act.at, verdict.seen.value
    row.staff_same, row.staff_note = verdict.same, verdict.note
    if verdict.same and row.document and not row.id_number:
        await move(tx, act, row, Action.STAFF_VERIFY)
        (await tx.accounts.get(account_id)).display_name = row.name
    elif verdict.same:
        await match(tx, act, row, Action.STAFF_MATCH)
    else:
        await move(tx, act, row, Action.STAFF_REFUSE)


def side_of(row: Identity | None, side: str) -> tuple[str | None, dict[str, Any]]:
    if row is None or side not in SIDES:
        raise NotFound
    return (row.front_photo, row.front_reading) if side == "front" else (row.back_photo, row.back_reading)
