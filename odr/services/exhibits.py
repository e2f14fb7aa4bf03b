"""Evidence in the room (质证): shown page by page in step, and what each side thinks of it.

Rule 1: in a place only that is shown which everybody there may see: what is disclosed, or the side's own.
Rule 2: only the one who presents turns the page for all; the host may take over.
Rule 3: an opinion is given in the joint room, on what the other side brought and disclosed.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import GivenOpinion, Showing
from odr.db.sittings import Meeting
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.agents import Deed, lacks
from odr.domain.evidence import PRIVATE, Answer, Opinion, checked
from odr.domain.permissions import signed_in
from odr.domain.sittings import Channel, Place, SeatRole, side_of
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.clock import Clock
from odr.ports.objects import ObjectStore
from odr.ports.reader import PaperReader

_SIDE_PLACES: Final = {
    Place.CAUCUS_A: "A",
    Place.PRIVATE_A: "A",
    Place.CAUCUS_B: "B",
    Place.PRIVATE_B: "B",
}
_DPI = 110
_KEPT = 40  # rendered pages in memory


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """One piece as the person may see it; `label` is 证据 A-1; `opinions`: side → its answers."""

    id: UUID
    label: str
    side: str
    title: str
    purpose: str
    pages: int
    mine: bool
    disclosed: bool
    presentable: bool
    opinions: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class ShowingView:
    item_id: UUID
    page: int
    presenter: str
    leads: bool  # whether this person turns the pages


@dataclass(frozen=True, slots=True)
class ExhibitsView:
    items: tuple[ExhibitView, ...]
    showing: ShowingView | None


@dataclass(frozen=True, slots=True)
class PageImage:
    body: bytes
    content_type: str


class ExhibitService:
    def __init__(self, db: Database, clock: Clock, objects: ObjectStore, reader: PaperReader) -> None:
        self._db = db
        self._clock = clock
        self._objects = objects
        self._reader = reader
        self._rendered: dict[tuple[str, int], bytes] = {}

    async def show(self, actor: Actor, sitting_id: UUID) -> ExhibitsView:
        """The pieces that this person may see here, and the page that lies open."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            place = meeting.place_of(account_id, Channel.EVIDENCE)
            found = await tx.evidence.of_case(meeting.sitting.case_id)
            showing = await tx.exhibits.showing(sitting_id, place) if place else None
            seen = [item for item in found if _may_see(meeting, account_id, item, place, showing)]
            given = await tx.exhibits.opinions(item.id for item in seen)
            mine = side_of(SeatRole(meeting.seats[account_id].role))
            return ExhibitsView(
                tuple(_view(item, mine, place, given) for item in seen),
                _showing(meeting, account_id, showing) if showing else None,
            )

    async def present(self, actor: Actor, sitting_id: UUID, item_id: UUID, page: int) -> None:
        """Lay a page open for everybody in the same place."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place = await _here(tx, sitting_id, account_id)
            item = await _item(tx, meeting, item_id)
            before = await tx.exhibits.showing(sitting_id, place)
            if not _fits(item, place) or not _may_lead(meeting, account_id, item, before):
                raise NotAllowed("This piece cannot be shown here.", article="OMR 18")
            if not 1 <= page <= item.pages:
                raise BadInput
            if before is not None and not _leads(meeting, account_id, before):
                raise NotAllowed("Somebody else is presenting.")
            row = Showing(
                sitting_id=sitting_id,
                key=place.value,
                item_id=item_id,
                page=page,
                presenter_id=account_id,
                at=now,
            )
            await tx.exhibits.show(row)
            self._audit(tx, actor, "present", meeting, item_id, page=page, key=_public(place))
            _tell(tx, meeting, place, {"item": str(item_id), "page": page}, now)

    async def put_away(self, actor: Actor, sitting_id: UUID) -> None:
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place = await _here(tx, sitting_id, account_id)
            showing = await tx.exhibits.showing(sitting_id, place)
            if showing is None:
                return
            if not _leads(meeting, account_id, showing):
                raise NotAllowed("Somebody else is presenting.")
            await tx.exhibits.put_away(showing)
            self._audit(tx, actor, "put_away", meeting, showing.item_id, key=_public(place))
            _tell(tx, meeting, place, {"item": None}, now)

    async def disclose(self, actor: Actor, sitting_id: UUID, item_id: UUID) -> None:
        """The owner lets the other side see the piece, for good."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
            item = await _item(tx, meeting, item_id)
            if item.side != side_of(SeatRole(meeting.seats[account_id].role)):
                raise NotPermitted
            if item.material in PRIVATE:
                raise NotAllowed("Papers that prove identity are for the court only.", article="PIPL 28")
            item.disclosed = True
            self._audit(tx, actor, "disclose", meeting, item_id)
            for key in meeting.seats:
                tx.pushes.add(key, "sitting", {"sitting": str(sitting_id), "what": "evidence"}, now)

    async def give_opinion(self, actor: Actor, sitting_id: UUID, item_id: UUID, opinion: Opinion) -> None:
        """The opinion of the person's side; `opinion.side` is taken from the seat."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            meeting, place = await _here(tx, sitting_id, account_id)
            item = await _item(tx, meeting, item_id)
            side = side_of(SeatRole(meeting.seats[account_id].role))
            if not side or side == item.side or not item.disclosed:
                raise NotAllowed("An opinion is for the other side's disclosed evidence.", article="JS 103")
            if place is not Place.JOINT:
                raise NotAllowed("Opinions are recorded in the joint room only.", article="OMR 29")
            told = checked(opinion)
            if told.undisputed:
                await _may_admit(tx, meeting, account_id)
            answers = {"truth": told.truth, "legality": told.legality, "relevance": told.relevance}
            row = GivenOpinion(
                item_id=item_id,
                side=side,
                sitting_id=sitting_id,
                account_id=account_id,
                reason=told.reason.strip(),
                at=now,
                **{name: answer.value for name, answer in answers.items()},
            )
            await tx.exhibits.give(row)
            self._audit(tx, actor, "give_opinion", meeting, item_id, **answers)
            _tell(tx, meeting, place, None, now)

    async def page(self, actor: Actor, sitting_id: UUID, item_id: UUID, number: int) -> PageImage:
        """One page as a picture, for whoever may see the piece where they are."""
        account_id = signed_in(actor)
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(sitting_id, account_id)
            item = await _item(tx, meeting, item_id)
            place = meeting.place_of(account_id, Channel.EVIDENCE)
            showing = await tx.exhibits.showing(sitting_id, place) if place else None
            if not _may_see(meeting, account_id, item, place, showing) or not 1 <= number <= item.pages:
                raise NotFound
            key, content_type = item.shown_key, item.shown_type
        if content_type != "application/pdf":
            return PageImage(await self._objects.get(key), content_type)
        return PageImage(await self._page(key, number), "image/png")

    def _audit(self, tx: Tx, actor: Actor, act: str, meeting: Meeting, item_id: UUID, **details: Any) -> None:
        now, case_id = self._clock.now(), meeting.sitting.case_id
        tx.audit.add(actor, f"evidence.{act}", "evidence", item_id, at=now, case_id=case_id, **details)

    async def _page(self, key: str, number: int) -> bytes:
        found = self._rendered.get((key, number))
        if found is None:
            found = await self._reader.page(await self._objects.get(key), number - 1, dpi=_DPI)
            while len(self._rendered) >= _KEPT:
                self._rendered.pop(next(iter(self._rendered)))
            self._rendered[key, number] = found
        return found


async def _may_admit(tx: Tx, meeting: Meeting, account_id: UUID) -> None:
    """An agent who admits all three questions for the party needs the power to admit (MSF 62)."""
    if SeatRole(meeting.seats[account_id].role) not in (SeatRole.AGENT_A, SeatRole.AGENT_B):
        return
    authority = await tx.agents.authority(meeting.sitting.case_id, account_id)
    if why := lacks(Deed.ADMIT_FACTS, Role.AGENT, authority):
        raise NotAllowed(why.text, article=why.article)


async def _here(tx: Tx, sitting_id: UUID, account_id: UUID) -> tuple[Meeting, Place]:
    """The sitting, held, and where the person takes part in evidence; NotAllowed if nowhere."""
    meeting = await tx.sittings.meeting(sitting_id, account_id, lock=True)
    place = meeting.place_of(account_id, Channel.EVIDENCE)
    if place is None:
        raise NotAllowed("Evidence can be shown once you are in the room.")
    return meeting, place


async def _item(tx: Tx, meeting: Meeting, item_id: UUID) -> EvidenceItem:
    item = await tx.evidence.get(item_id)
    if item.case_id != meeting.sitting.case_id:
        raise NotFound
    return item


def _fits(item: EvidenceItem, place: Place | None) -> bool:
    """Whether everybody in the place may see the piece."""
    return item.disclosed or (place is not None and _SIDE_PLACES.get(place) == item.side)


def _may_see(
    meeting: Meeting, account_id: UUID, item: EvidenceItem, place: Place | None, showing: Showing | None
) -> bool:
    """One's own at any time; in the room what is disclosed, and what lies open where one is."""
    if _own(meeting, account_id, item):
        return True
    open_here = showing is not None and showing.item_id == item.id and _fits(item, place)
    return place is not None and (item.disclosed or open_here)


def _may_lead(meeting: Meeting, account_id: UUID, item: EvidenceItem, before: Showing | None) -> bool:
    """The owner; the host too, with what is disclosed or was laid open by its owner."""
    known = item.disclosed or (before is not None and before.item_id == item.id)
    return _own(meeting, account_id, item) or (known and account_id == meeting.sitting.host_id)


def _own(meeting: Meeting, account_id: UUID, item: EvidenceItem) -> bool:
    return side_of(SeatRole(meeting.seats[account_id].role)) == item.side


def _leads(meeting: Meeting, account_id: UUID, showing: Showing) -> bool:
    return account_id in (showing.presenter_id, meeting.sitting.host_id)


def _public(place: Place) -> str:
    """What the audit may say of the place: that it was apart, not more."""
    return place.value if place is Place.JOINT else "apart"


def _tell(tx: Tx, meeting: Meeting, place: Place, showing: dict[str, Any] | None, now: datetime) -> None:
    """News for those who are there now; `showing` None: the list changed."""
    news: dict[str, Any] = {"sitting": str(meeting.sitting.id), "what": "evidence", "key": place.value}
    for receiver in meeting.receivers(Channel.EVIDENCE, place):
        told = news if showing is None else news | {"showing": showing}
        tx.pushes.add(receiver, "sitting", told, now)


def _showing(meeting: Meeting, account_id: UUID, row: Showing) -> ShowingView:
    presenter = meeting.seats.get(row.presenter_id)
    return ShowingView(
        row.item_id, row.page, presenter.name if presenter else "", _leads(meeting, account_id, row)
    )


def _view(item: EvidenceItem, mine: str, place: Place | None, given: list[GivenOpinion]) -> ExhibitView:
    opinions = {row.side: asdict(row.opinion()) for row in given if row.item_id == item.id}
    return ExhibitView(
        item.id,
        f"{item.side}-{item.number}",
        item.side,
        item.title or item.file_name,
        item.purpose,
        item.pages,
        item.side == mine,
        item.disclosed,
        _fits(item, place),
        opinions,
    )


def answered(side: str, truth: str, legality: str, relevance: str, reason: str) -> Opinion:
    """An opinion from a form; BadInput where an answer is missing."""
    try:
        return Opinion(side, Answer(truth), Answer(legality), Answer(relevance), reason)
    except ValueError:
        raise BadInput("Please answer all three questions.", field="truth") from None
