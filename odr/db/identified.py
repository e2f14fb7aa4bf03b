"""What every act on an identity does alike: its facts from the row, its step, the register's question."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odr.db.identity import Identity
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.identity import MACHINE, Action, IdentityFacts
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


def side_of(row: Identity | None, side: str) -> tuple[str | None, dict[str, Any]]:
    if row is None or side not in SIDES:
        raise NotFound
    return (row.front_photo, row.front_reading) if side == "front" else (row.back_photo, row.back_reading)
