"""Who may see, show and mark which piece where; asked for by every act on evidence in a room.

Rule 1: in a place only that is shown which everybody there may see: what is disclosed, or the side's own.
Rule 2: only the one who presents turns the page for all; the host may take over.
Rule 3: papers that prove who somebody is, or may act, are for the court and no evidence: no room has them.
Rule 4: whoever may show evidence in a place may point at what lies open there, and mark it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import Showing
from odr.db.sittings import Meeting
from odr.db.uow import Tx
from odr.domain.accounts import Actor
from odr.domain.evidence import PRIVATE
from odr.domain.minutes import TALKS
from odr.domain.sittings import MAY_ENTER, MAY_SEND, Channel, Place, SeatRole, side_of, speaks_for
from odr.errors import NotAllowed, NotFound, NotPermitted

_SIDE_PLACES: Final = {
    Place.CAUCUS_A: "A",
    Place.PRIVATE_A: "A",
    Place.CAUCUS_B: "B",
    Place.PRIVATE_B: "B",
}


async def here(tx: Tx, sitting_id: UUID, account_id: UUID) -> tuple[Meeting, Place]:
    """The sitting, held, and where the person takes part in evidence; NotAllowed if nowhere."""
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    place = meeting.place_of(account_id, Channel.EVIDENCE)
    if place is None:
        raise NotAllowed("Evidence can be shown once you are in the room.")
    if SeatRole(meeting.seats[account_id].role) not in MAY_SEND[Channel.EVIDENCE]:
        raise NotPermitted("Only the parties, their agents and the one who leads show evidence.")
    return meeting, place


async def opened(tx: Tx, sitting_id: UUID, account_id: UUID) -> tuple[Meeting, Place, Showing]:
    """The sitting, held, where the person is, and what lies open there; NotAllowed if nothing does."""
    meeting, place = await here(tx, sitting_id, account_id)
    showing = await tx.exhibits.showing(sitting_id, place)
    if showing is None:
        raise NotAllowed("Nothing is being shown here at the moment.")
    return meeting, place, showing


async def piece(tx: Tx, meeting: Meeting, item_id: UUID) -> EvidenceItem:
    item = await tx.evidence.get(item_id)
    if item.case_id != meeting.sitting.case_id:
        raise NotFound
    return item


def side(meeting: Meeting, account_id: UUID) -> str:
    """For which side the person acts: "A", "B", or "" for the neutral, and for a helper."""
    return speaks_for(SeatRole(meeting.seats[account_id].role))


def other(side: str) -> str:
    """The side that reads the piece of this one, and judges it."""
    return {"A": "B", "B": "A"}[side]


def is_here(meeting: Meeting, side: str) -> bool:
    """Whether somebody who speaks for the side is in the room, in whatever place."""
    people = (key for key, row in meeting.seats.items() if speaks_for(SeatRole(row.role)) == side)
    return any(meeting.place_of(key, Channel.EVIDENCE) for key in people)


def fits(item: EvidenceItem, place: Place | None) -> bool:
    """Whether everybody in the place may see the piece."""
    own = place is not None and _SIDE_PLACES.get(place) == item.side
    return item.material not in PRIVATE and (item.disclosed or own)


def may_see(
    meeting: Meeting, account_id: UUID, item: EvidenceItem, place: Place | None, showing: Showing | None
) -> bool:
    """One's own at any time, and a helper that of the side; in the room what is disclosed or lies open there.

    A witness sees only what is laid before them.
    """
    if item.material in PRIVATE:
        return False
    if side_of(SeatRole(meeting.seats[account_id].role)) == item.side:
        return True
    open_here = showing is not None and showing.item_id == item.id and fits(item, place)
    witness = meeting.seats[account_id].role == SeatRole.WITNESS.value
    return place is not None and (open_here or (item.disclosed and not witness))


def may_be_shown(meeting: Meeting, account_id: UUID, item: EvidenceItem) -> bool:
    """Whether the piece can come before the person at all, in whichever place."""
    role = SeatRole(meeting.seats[account_id].role)
    enters = any(role in MAY_ENTER[place] for place, its in _SIDE_PLACES.items() if its == item.side)
    return item.disclosed or own(meeting, account_id, item) or enters


def may_lead(meeting: Meeting, account_id: UUID, item: EvidenceItem, before: Showing | None) -> bool:
    """The owner; the host too, with what is disclosed or was laid open by its owner."""
    known = item.disclosed or (before is not None and before.item_id == item.id)
    return own(meeting, account_id, item) or (known and account_id == meeting.sitting.host_id)


def own(meeting: Meeting, account_id: UUID, item: EvidenceItem) -> bool:
    return side(meeting, account_id) == item.side


def leads(meeting: Meeting, account_id: UUID, showing: Showing) -> bool:
    return account_id in (showing.presenter_id, meeting.sitting.host_id)


def is_taken(meeting: Meeting, account_id: UUID, place: Place, showing: Showing | None) -> bool:
    """Whether somebody else presents there; who went away or is elsewhere keeps nobody waiting."""
    if showing is None or leads(meeting, account_id, showing):
        return False
    return showing.presenter_id in meeting.receivers(Channel.EVIDENCE, place)


def may_mark(meeting: Meeting, account_id: UUID) -> bool:
    role = SeatRole(meeting.seats[account_id].role)
    return meeting.place_of(account_id, Channel.EVIDENCE) is not None and role in MAY_SEND[Channel.EVIDENCE]


def within(place: Place) -> dict[str, str]:
    """What the audit says of the place, and in whose dossiers: what a side did apart is in its own alone."""
    side = _SIDE_PLACES.get(place)
    return {"key": "apart", "audience": f"{TALKS}:{side}"} if side else {"key": place.value}


@dataclass(frozen=True, slots=True)
class Note:
    """What the audit is told of an act on a piece."""

    actor: Actor
    meeting: Meeting
    item_id: UUID
    now: datetime

    def add(self, tx: Tx, act: str, **more: Any) -> None:
        case_id = self.meeting.sitting.case_id
        tx.audit.add(
            self.actor, f"evidence.{act}", "evidence", self.item_id, at=self.now, case_id=case_id, **more
        )


def tell(tx: Tx, meeting: Meeting, place: Place, now: datetime, **more: Any) -> None:
    """News for those who are there now; without more, that the list changed."""
    news = {"sitting": str(meeting.sitting.id), "what": "evidence", "key": place.value, **more}
    for receiver in meeting.receivers(Channel.EVIDENCE, place):
        tx.pushes.add(receiver, "sitting", news, now)


def notify(tx: Tx, meeting: Meeting, name: str, now: datetime) -> None:
    """A message to those whom this notice is for, wherever they are."""
    sitting = meeting.sitting
    subject_id, case_id = str(sitting.id), str(sitting.case_id)
    tx.outbox.add("notice.send", at=now, name=name, subject_id=subject_id, case_id=case_id)
