"""The staff's side of an identity check: who waits, the card or paper, and what was seen, with its reason."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from odr.db.filings import owner_of
from odr.db.identified import Act, judge, side_of
from odr.db.identity import Identity
from odr.db.uow import Database, Tx
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.domain.identity import CHECKERS, StaffWay, Verdict
from odr.domain.permissions import Permission, part, permit, require
from odr.errors import NotAllowed, NotFound
from odr.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class Seen:
    """What a member of staff found; `how`: by video, at the counter."""

    by: str
    at: datetime
    same: bool
    note: str
    how: str


@dataclass(frozen=True, slots=True)
class StaffCheck:
    """A person who asked to be looked at by a member of staff; `seen`: what was found."""

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
    seen_by: str  # the member of staff who sees the person by video just now
    staff_id: UUID | None
    seen: Seen | None


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
        """The member of staff saw the person at the counter: the same as on the card, or not."""
        role, now = require(actor, *CHECKERS), self._clock.now()
        async with self._db.begin() as tx:
            await tx.identities.lock(account_id)  # before the look: a check by video opens under it too
            if await tx.video_checks.of(account_id):
                raise NotAllowed("This person is being seen by video just now.")
            verdict = Verdict(same, note.strip(), StaffWay.COUNTER)
            await judge(tx, Act(actor, role, now), account_id, verdict)


async def _staff_check(tx: Tx, row: Identity) -> StaffCheck:
    account = await tx.accounts.get(row.account_id)
    if row.staff_asked_at is None:
        raise NotFound
    video = await tx.video_checks.of(row.account_id)
    seer = await tx.accounts.get(video.staff_id) if video else None
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
        seer.display_name if seer else "",
        seer.id if seer else None,
        await _seen(tx, row),
    )


async def _seen(tx: Tx, row: Identity) -> Seen | None:
    if row.staff_at is None or row.staff_by is None:
        return None
    by = (await tx.accounts.get(row.staff_by)).display_name
    return Seen(by, row.staff_at, bool(row.staff_same), row.staff_note, row.staff_seen)
