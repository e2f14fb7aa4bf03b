"""Pointing at the page that lies open, marking it, and what part of it the presenter shows.

Rule 1: a mark belongs to the place where it was made; it is never seen in another.
Rule 2: a pointer is told and not kept.
"""

from uuid import UUID, uuid4

from odr.db.exhibits import Mark
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.evidence import MOST_MARKS, Spot, Stroke, View
from odr.domain.permissions import signed_in
from odr.errors import NotAllowed
from odr.ports.clock import Clock
from odr.services.exhibits.rules import Note, leads, may_mark, opened, side, tell, within


class Marks:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def steer(self, actor: Actor, sitting_id: UUID, view: View) -> int:
        """The part of the page that everybody sees who follows; the version of what is shown."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place, showing = await opened(tx, sitting_id, account_id)
            if not leads(meeting, account_id, showing):
                raise NotAllowed("Somebody else is presenting.")
            showing.zoom, showing.x, showing.y = view.zoom, view.x, view.y
            Note(actor, meeting, showing.item_id, now).add(tx, "steer", **within(place))
            showing.version += 1
            told = {"zoom": view.zoom, "x": view.x, "y": view.y}
            tell(tx, meeting, place, now, view=told, version=showing.version)
            return showing.version

    async def point(self, actor: Actor, sitting_id: UUID, page: int, spot: Spot) -> None:
        """A finger on the page, for a moment."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place, showing = await opened(tx, sitting_id, account_id)
            if not may_mark(meeting, account_id):
                raise NotAllowed("You see this piece, and cannot mark it.")
            told = {"item": str(showing.item_id), "page": page, "x": spot.x, "y": spot.y}
            who = {"side": side(meeting, account_id), "name": meeting.seats[account_id].name}
            tell(tx, meeting, place, now, point=told | who)

    async def draw(self, actor: Actor, sitting_id: UUID, item_id: UUID, stroke: Stroke) -> None:
        """A line on a page, for everybody there."""
        account_id, now = signed_in(actor), self._clock.now()
        points = [[spot.x, spot.y] for spot in stroke.spots]
        async with self._db.begin() as tx:
            meeting, place, showing = await opened(tx, sitting_id, account_id)
            if showing.item_id != item_id:
                raise NotAllowed("Another piece is being shown now.")
            if not may_mark(meeting, account_id):
                raise NotAllowed("You see this piece, and cannot mark it.")
            if len(await tx.exhibits.marks(sitting_id, place, item_id)) >= MOST_MARKS:
                raise NotAllowed("There are too many marks. Please wipe some first.")
            tx.exhibits.mark(
                Mark(
                    id=uuid4(),
                    sitting_id=sitting_id,
                    key=place.value,
                    item_id=item_id,
                    page=stroke.page,
                    account_id=account_id,
                    side=side(meeting, account_id),
                    points=points,
                    at=now,
                )
            )
            Note(actor, meeting, item_id, now).add(tx, "mark", page=stroke.page, **within(place))
            tell(tx, meeting, place, now)

    async def wipe(self, actor: Actor, sitting_id: UUID) -> None:
        """Take back one's own last mark on what lies open; whoever leads takes back everybody's."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place, showing = await opened(tx, sitting_id, account_id)
            found = await tx.exhibits.marks(sitting_id, place, showing.item_id)
            mine = [one for one in found if one.account_id == account_id]
            gone = mine[-1:] or (found if leads(meeting, account_id, showing) else [])
            if not gone:
                return
            await tx.exhibits.unmark(gone)
            Note(actor, meeting, showing.item_id, now).add(tx, "wipe", count=len(gone), **within(place))
            tell(tx, meeting, place, now)
