"""The list of the pieces, the page that lies open, and disclosure; the acts on them stand beside.

Rule 1: in a place only that is shown which everybody there may see: what is disclosed, or the side's own.
Rule 2: only the one who presents turns the page for all; the host may take over.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from odr.db.exhibits import Showing
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.evidence import PRIVATE, Opinion, Spot, Stroke, View
from odr.domain.originals import Comparison
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader
from odr.services.exhibits import rules
from odr.services.exhibits.intake import Brought, Intake
from odr.services.exhibits.marks import Marks
from odr.services.exhibits.opinions import AskedView, Opinions
from odr.services.exhibits.originals import Originals, originals_of
from odr.services.exhibits.views import ExhibitsView, PageImage, exhibit_view, showing_view

_DPI: Final = 110
_KEPT: Final = 40  # rendered pages in memory


class ExhibitService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader
        self._marks = Marks(db, clock)
        self._opinions = Opinions(db, clock)
        self._originals = Originals(db, clock)
        self._intake = Intake(db, clock, objects, reader)
        self._rendered: dict[tuple[str, int], bytes] = {}

    async def show(self, actor: Actor, sitting_id: UUID) -> ExhibitsView:
        """The pieces that this person may see here, and the page that lies open.

        What the sides say of a piece is for those who may also write here: a witness sees the page alone.
        """
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            place = meeting.place_of(account_id, Channel.EVIDENCE)
            found = await tx.evidence.of_case(meeting.sitting.case_id)
            showing = await tx.exhibits.showing(sitting_id, place) if place else None
            marks = await tx.exhibits.marks(sitting_id, place, showing.item_id) if showing and place else []
            seen = [item for item in found if rules.may_see(meeting, account_id, item, place, showing)]
            reads = place is not None and account_id in meeting.receivers(Channel.CHAT, place)
            read = [item for item in seen if reads]
            given = await tx.exhibits.opinions((item.id for item in read), meeting.kind.value)
            originals = await originals_of(tx, meeting, account_id, read)
            calls = await tx.exhibits.calls_of(sitting_id)
            mine = rules.side(meeting, account_id)
            return ExhibitsView(
                place.value if place else "",
                await tx.exhibits.version(sitting_id, place) if place else 0,
                tuple(
                    exhibit_view(one, mine, place, given, calls, original=originals.get(one.id))
                    for one in seen
                ),
                showing_view(meeting, account_id, showing, marks) if showing else None,
                bool(mine) and rules.may_mark(meeting, account_id),
            )

    async def present(self, actor: Actor, sitting_id: UUID, item_id: UUID, page: int) -> int:
        """Lay a page open for everybody in the same place, whole, from its top; the version of that."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place = await rules.here(tx, sitting_id, account_id)
            item = await rules.piece(tx, meeting, item_id)
            before = await tx.exhibits.showing(sitting_id, place)
            if not rules.fits(item, place) or not rules.may_lead(meeting, account_id, item, before):
                raise NotAllowed("This piece cannot be shown here.", article="OMR 18")
            if not 1 <= page <= item.pages:
                raise BadInput
            if rules.is_taken(meeting, account_id, place, before):
                raise NotAllowed("Somebody else is presenting.")
            row = Showing(
                sitting_id=sitting_id,
                key=place.value,
                item_id=item_id,
                page=page,
                zoom=View().zoom,
                x=View().x,
                y=View().y,
                presenter_id=account_id,
                at=now,
            )
            version = await tx.exhibits.show(row)
            rules.Note(actor, meeting, item_id, now).add(tx, "present", page=page, **rules.within(place))
            told = {"item": str(item_id), "page": page, "presenter": str(account_id)}
            rules.tell(tx, meeting, place, now, showing=told, version=version)
        return version

    async def put_away(self, actor: Actor, sitting_id: UUID) -> int:
        """Nothing lies open any more; the version of that."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place = await rules.here(tx, sitting_id, account_id)
            showing = await tx.exhibits.showing(sitting_id, place)
            if showing is None:
                return await tx.exhibits.version(sitting_id, place)
            if not rules.leads(meeting, account_id, showing):
                raise NotAllowed("Somebody else is presenting.")
            showing.away, showing.version = True, showing.version + 1
            rules.Note(actor, meeting, showing.item_id, now).add(tx, "put_away", **rules.within(place))
            rules.tell(tx, meeting, place, now, showing={"item": None}, version=showing.version)
            return showing.version

    async def disclose(self, actor: Actor, sitting_id: UUID, item_id: UUID) -> None:
        """The owner lets the other side see the piece, for good; whoever is not there gets a message."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            item = await rules.piece(tx, meeting, item_id)
            if item.side != rules.side(meeting, account_id):
                raise NotPermitted
            if item.material in PRIVATE:
                raise NotAllowed("Papers that prove identity are for the court only.", article="PIPL 28")
            if item.disclosed:
                return
            item.disclosed = True
            rules.Note(actor, meeting, item_id, now).add(tx, "disclose")
            if not rules.is_here(meeting, theirs := rules.other(item.side)):
                rules.notify(tx, meeting, f"evidence_disclosed_{theirs.lower()}", now)
            for key in meeting.seats:
                tx.pushes.add(key, "sitting", {"sitting": str(sitting_id), "what": "evidence"}, now)

    async def add(self, actor: Actor, sitting_id: UUID, brought: Brought) -> UUID:
        """A further piece of the person's side; the other side sees it only once it is disclosed."""
        return await self._intake.add(actor, sitting_id, brought)

    # -- pointing and marking

    async def steer(self, actor: Actor, sitting_id: UUID, view: View) -> int:
        return await self._marks.steer(actor, sitting_id, view)

    async def point(self, actor: Actor, sitting_id: UUID, page: int, spot: Spot) -> None:
        await self._marks.point(actor, sitting_id, page, spot)

    async def draw(self, actor: Actor, sitting_id: UUID, item_id: UUID, stroke: Stroke) -> None:
        await self._marks.draw(actor, sitting_id, item_id, stroke)

    async def wipe(self, actor: Actor, sitting_id: UUID) -> None:
        await self._marks.wipe(actor, sitting_id)

    # -- opinions

    async def ask_opinion(self, actor: Actor, sitting_id: UUID, item_id: UUID, time: str) -> None:
        await self._opinions.ask(actor, sitting_id, item_id, time)

    async def give_opinion(self, actor: Actor, sitting_id: UUID, item_id: UUID, opinion: Opinion) -> None:
        await self._opinions.give(actor, sitting_id, item_id, opinion)

    async def asked(self, actor: Actor, sitting_id: UUID) -> AskedView:
        return await self._opinions.asked(actor, sitting_id)

    async def take_back_original(self, actor: Actor, sitting_id: UUID, item_id: UUID) -> None:
        await self._originals.take_back(actor, sitting_id, item_id)

    async def compare_original(
        self, actor: Actor, sitting_id: UUID, item_id: UUID, found: Comparison
    ) -> None:
        await self._originals.compare(actor, sitting_id, item_id, found)

    async def turn(self, now: datetime) -> None:
        """What time does to opinions: called each second."""
        await self._opinions.turn(now)

    # -- pictures

    async def page(self, actor: Actor, sitting_id: UUID, item_id: UUID, number: int) -> PageImage | None:
        """One page as a picture; None for a piece that may be shown to the person, and is not at this moment.

        Papers are put away and people change places while a picture is asked for.
        """
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            item = await rules.piece(tx, meeting, item_id)
            place = meeting.place_of(account_id, Channel.EVIDENCE)
            showing = await tx.exhibits.showing(sitting_id, place) if place else None
            if not rules.may_be_shown(meeting, account_id, item) or not 1 <= number <= item.pages:
                raise NotFound
            if not rules.may_see(meeting, account_id, item, place, showing):
                return None
            key, content_type = item.shown_key, item.shown_type
        if content_type != "application/pdf":
            return PageImage(await self._objects.get(key), content_type)
        return PageImage(await self._page(key, number), "image/png")

    async def _page(self, key: str, number: int) -> bytes:
        found = self._rendered.get((key, number))
        if found is None:
            found = await self._reader.page(await self._objects.get(key), number - 1, dpi=_DPI)
            while len(self._rendered) >= _KEPT:
                self._rendered.pop(next(iter(self._rendered)))
            self._rendered[key, number] = found
        return found
