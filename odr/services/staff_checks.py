"""The staff's side of an identity check: who waits, the card or paper, and what was seen, with its reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.filings import owner_of
from odr.db.identified import Act, match, move, side_of
from odr.db.identity import Identity
from odr.db.uow import Database, Tx
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.domain.identity import Action
from odr.domain.permissions import Permission, part, permit, require
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.clock import Clock

CHECKERS: Final = (Role.COORDINATOR, Role.SUPPORT, Role.FILING_JUDGE)


@dataclass(frozen=True, slots=True)
class StaffCheck:
    """A person who asked to be looked at by a member of staff."""

    account_id: UUID
    name: str
    id_number: str
    birth: str
    address: str
    phone: str
    way: str
    asked_at: datetime
    card: bool
    document: str
    document_number: str


class StaffCheckService:
    def __init__(self, db: Database, clock: Clock, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._vault = vault

    async def queue(self, actor: Actor) -> list[StaffCheck]:
        """Who waits for a member of staff, the longest first."""
        require(actor, *CHECKERS)
        async with self._db.read() as tx:
            return [await _staff_check(tx, row) for row in await tx.identities.waiting_for_staff()]

    async def open(self, actor: Actor, account_id: UUID) -> StaffCheck:
        require(actor, *CHECKERS)
        async with self._db.begin() as tx:
            row = await tx.identities.get(account_id)
            if row is None or row.staff_asked_at is None:
                raise NotFound
            tx.audit.add(actor, "identity.open", "identity", account_id, at=self._clock.now())
            return await _staff_check(tx, row)

    async def card_photo(self, actor: Actor, account_id: UUID, side: str) -> bytes:
        """The photo of the card for the member of staff who compares it; the opening is recorded."""
        require(actor, *CHECKERS)
        async with self._db.begin() as tx:
            photo, _ = side_of(await tx.identities.get(account_id), side)
            if photo is None:
                raise NotFound
            now = self._clock.now()
            tx.audit.add(actor, "identity.photo", "identity", account_id, at=now, side=side)
        return await self._vault.get(account_id, photo)

    async def case_photo(self, actor: Actor, case_id: UUID, side: str) -> bytes:
        """The card of whoever began the case, for its judge; the opening is recorded."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            permit(part(actor, await tx.cases.belonging(case_id)), Permission.SEE_IDENTITY)
            owner = await owner_of(tx, case_id)
            photo = await tx.sealed.photo(case_id, owner.account_id, side)
            if photo is None:
                raise NotFound
            tx.audit.add(
                actor, "identity.photo", "identity", owner.account_id, at=now, case_id=case_id, side=side
            )
        return await self._vault.get(case_id, photo.object_key)

    async def decide(self, actor: Actor, account_id: UUID, *, same: bool, note: str) -> None:
        """The member of staff saw the person: the same as on the card, or not."""
        role, now = require(actor, *CHECKERS), self._clock.now()
        if not same and not note.strip():
            raise BadInput("Please write why; the person reads it.", field="note")
        if actor.account_id == account_id:
            raise NotAllowed("Nobody checks himself.")
        async with self._db.begin() as tx:
            row = await tx.identities.lock(account_id)
            row.staff_by, row.staff_same, row.staff_note, row.staff_at = (
                actor.account_id,
                same,
                note.strip(),
                now,
            )
            if same and row.document and not row.id_number:
                await move(tx, Act(actor, role, now), row, Action.STAFF_VERIFY)
                (await tx.accounts.get(account_id)).display_name = row.name
            elif same:
                await match(tx, Act(actor, role, now), row, Action.STAFF_MATCH)
            else:
                await move(tx, Act(actor, role, now), row, Action.STAFF_REFUSE)


async def _staff_check(tx: Tx, row: Identity) -> StaffCheck:
    account = await tx.accounts.get(row.account_id)
    if row.staff_asked_at is None:
        raise NotFound
    return StaffCheck(
        row.account_id,
        row.name,
        row.id_number,
        row.birth,
        row.address,
        account.phone,
        row.staff_way,
        row.staff_asked_at,
        bool(row.front_photo),
        row.document,
        row.document_number,
    )
