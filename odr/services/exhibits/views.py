"""Evidence in the room as one person may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from odr.db.evidence import EvidenceItem
from odr.db.exhibits import GivenOpinion, Mark, OpinionCall, Showing
from odr.db.sittings import Meeting
from odr.domain.sittings import Place
from odr.services.exhibits.originals import OriginalView
from odr.services.exhibits.rules import fits, leads, may_mark


@dataclass(frozen=True, slots=True)
class ExhibitView:
    """One piece as the person may see it; `label` is 证据 A-1; `opinions`: side → its answers.

    `due_at`: until when an opinion may still be given outside the room, if a time was set; `original`: if it
    was asked for.
    """

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
    due_at: datetime | None
    original: OriginalView | None


@dataclass(frozen=True, slots=True)
class MarkView:
    """`points`: in ten-thousandths of the page."""

    id: UUID
    page: int
    side: str
    mine: bool
    points: list[list[int]]


@dataclass(frozen=True, slots=True)
class ShowingView:
    item_id: UUID
    page: int
    presenter_id: UUID
    presenter: str
    leads: bool  # whether this person turns the pages
    zoom: int
    x: int
    y: int
    marks: tuple[MarkView, ...]
    may_mark: bool


@dataclass(frozen=True, slots=True)
class ExhibitsView:
    """`place`: where the person takes part in evidence; `version`: of what is shown there."""

    place: str
    version: int
    items: tuple[ExhibitView, ...]
    showing: ShowingView | None
    adds: bool  # whether this person may bring a further piece


@dataclass(frozen=True, slots=True)
class PageImage:
    body: bytes
    content_type: str


def showing_view(meeting: Meeting, account_id: UUID, row: Showing, marks: Sequence[Mark]) -> ShowingView:
    presenter = meeting.seats.get(row.presenter_id)
    return ShowingView(
        row.item_id,
        row.page,
        row.presenter_id,
        presenter.name if presenter else "",
        leads(meeting, account_id, row),
        row.zoom,
        row.x,
        row.y,
        tuple(
            MarkView(one.id, one.page, one.side, one.account_id == account_id, one.points) for one in marks
        ),
        may_mark(meeting, account_id),
    )


def exhibit_view(
    item: EvidenceItem,
    mine: str,
    place: Place | None,
    given: Iterable[GivenOpinion],
    calls: Iterable[OpinionCall],
    *,
    original: OriginalView | None,
) -> ExhibitView:
    due = next((call.due_at for call in calls if call.item_id == item.id), None)
    return ExhibitView(
        item.id,
        f"{item.side}-{item.number}",
        item.side,
        item.title or item.file_name,
        item.purpose,
        item.pages,
        item.side == mine,
        item.disclosed,
        fits(item, place),
        {row.side: asdict(row.opinion()) for row in given if row.item_id == item.id},
        due,
        original,
    )
