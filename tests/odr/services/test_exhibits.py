"""Evidence in the room: shown, pointed at, marked, brought on the spot, and judged within a time."""

from datetime import timedelta
from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain import drafts
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.dossier import may_know
from odr.domain.evidence import Answer, Opinion, Spot, Stroke, View
from odr.domain.sittings import Kind
from odr.domain.steps import Change, Role, Told
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.evidence import EvidenceService
from odr.services.exhibits import Brought, ExhibitService
from tests.odr.services.test_evidence import photo
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects, PlannedReader
from tests.support.mediations import staff, waiting
from tests.support.sittings import House, open_house

LINE = Stroke(1, [Spot(0, 0), Spot(5000, 5000)])
ADMITS = Opinion("", Answer.ADMIT, Answer.ADMIT, Answer.ADMIT)
DENIES = Opinion("", Answer.DENY, Answer.ADMIT, Answer.ADMIT, "不是我的签名")


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    house = await open_house(database, clock)
    await house.gather()
    return house


async def shown(house: House, owner: Actor, *, disclosed: bool = True) -> UUID:
    """A piece of the owner, open on its first page where the owner is."""
    item = await house.add_exhibit(owner, disclosed=disclosed)
    await house.exhibits.present(owner, house.sitting, item, 1)
    return item


async def marks(house: House, person: Actor) -> list[tuple[str, bool]]:
    """Side of each mark that the person sees, and whether it is their own."""
    showing = (await house.exhibits.show(person, house.sitting)).showing
    return sorted((one.side, one.mine) for one in showing.marks) if showing else []


async def issued(house: House) -> list[dict[str, object]]:
    """The records of evidence that were ordered, in order."""
    async with house.db.read() as tx:
        events = await tx.outbox.take(house.clock.now(), timedelta(minutes=1))
    papers = [one.payload for one in events if one.payload.get("paper") == "evidence_record"]
    return [one["content"] for one in papers]


async def test_those_who_follow_see_the_part_of_the_page_that_the_presenter_shows(house: House) -> None:
    item = await shown(house, house.wang)
    with pytest.raises(NotAllowed):
        await house.exhibits.steer(house.yang, house.sitting, View(200, 10, 20))
    await house.exhibits.steer(house.wang, house.sitting, View(200, 2500, 7500))
    showing = (await house.exhibits.show(house.yang, house.sitting)).showing
    assert showing
    assert (showing.zoom, showing.x, showing.y, showing.leads) == (200, 2500, 7500, False)
    await house.exhibits.present(house.wang, house.sitting, item, 2)
    showing = (await house.exhibits.show(house.yang, house.sitting)).showing
    assert showing
    assert (showing.page, showing.zoom) == (2, 100)  # a new page begins whole


async def test_both_sides_mark_the_page_and_take_back_their_own(house: House) -> None:
    item = await shown(house, house.wang)
    for person in (house.wang, house.yang, house.yang):
        await house.exhibits.draw(person, house.sitting, item, LINE)
    assert await marks(house, house.yang) == [("A", False), ("B", True), ("B", True)]
    await house.exhibits.wipe(house.yang, house.sitting)
    await house.exhibits.wipe(house.yang, house.sitting)
    await house.exhibits.wipe(house.yang, house.sitting)  # nothing of one's own is left: nothing goes
    assert await marks(house, house.wang) == [("A", True)]
    await house.exhibits.wipe(house.mo, house.sitting)  # who leads wipes everybody's
    assert await marks(house, house.wang) == []


async def test_a_mark_made_apart_is_not_seen_outside(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.apart("A")
    await house.exhibits.present(house.wang, house.sitting, item, 1)
    await house.exhibits.draw(house.wang, house.sitting, item, LINE)
    await house.exhibits.point(house.wang, house.sitting, 1, Spot(1, 1))
    assert await marks(house, house.mo) == [("A", False)]
    assert [one for one in await house.news(house.yang, "evidence") if one.payload.get("key")] == []
    await house.together()
    await house.exhibits.present(house.wang, house.sitting, item, 1)
    assert await marks(house, house.yang) == await marks(house, house.mo) == []


async def test_nobody_points_where_nothing_lies_open(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.exhibits.point(house.yang, house.sitting, 1, Spot(1, 1))
    await shown(house, house.wang)
    await house.exhibits.point(house.yang, house.sitting, 1, Spot(10, 9000))
    (told,) = [one for one in await house.news(house.mo, "evidence") if "point" in one.payload]
    assert (told.payload["point"]["x"], told.payload["point"]["side"]) == (10, "B")


@pytest.mark.parametrize("wrong", [(-1, 0), (0, 10_001)])
def test_a_spot_lies_on_the_page(wrong: tuple[int, int]) -> None:
    with pytest.raises(BadInput):
        Spot(*wrong)


async def test_a_photo_taken_in_the_room_is_the_sides_own_until_it_is_disclosed(
    house: House, database: Database, clock: FixedClock
) -> None:
    objects = MemoryObjects()
    room = ExhibitService(database, clock, objects, PlannedReader())
    sent = Brought("IMG_1.jpg", photo(), "收据", "证明已还一万元")
    item = await room.add(house.yang, house.sitting, sent)
    (mine,) = (await room.show(house.yang, house.sitting)).items
    assert (mine.id, mine.label, mine.title, mine.disclosed) == (item, "B-1", "收据", False)
    assert (await room.show(house.wang, house.sitting)).items == ()
    picture = await room.page(house.yang, house.sitting, item, 1)
    assert picture
    assert b"SecretCamera" not in picture.body
    with pytest.raises(NotFound):
        await room.page(house.wang, house.sitting, item, 1)
    await room.disclose(house.yang, house.sitting, item)
    assert [one.label for one in (await room.show(house.wang, house.sitting)).items] == ["B-1"]
    kept = set(objects.kept)
    for person, body in ((house.mo, photo("red")), (house.yang, photo()), (house.yang, b"MZ")):
        with pytest.raises((NotAllowed, BadInput)):
            await room.add(person, house.sitting, Brought("x.jpg", body))
    assert set(objects.kept) == kept  # nothing stays of what was not taken


async def mediated(house: House, objects: MemoryObjects) -> EvidenceService:
    """The papers of the case, whose filing waits for the end of the mediation."""
    now = house.clock.now()
    change = Change(
        drafts.MACHINE.name,
        house.case_id,
        house.case_id,
        "divert",
        None,
        drafts.State.PRE_MEDIATION,
        Role.APPLICANT,
        now,
        told=Told.CASE,
    )
    async with house.db.begin() as tx:
        (await tx.cases.held(house.case_id)).first_submitted_at = now
        await tx.record(house.wang, change)
    house.clock.advance(minutes=1)
    return EvidenceService(house.db, house.clock, objects, PlannedReader())


async def appointed(house: House, number: int, role: Role) -> Actor:
    """A member of the court with a part in the case."""
    person = await staff(house.db, f"+861380000020{number}", role.value, house.clock.now(), role)
    assert person.account_id
    async with house.db.begin() as tx:
        case = await tx.cases.held(house.case_id)
        if role is Role.FILING_JUDGE:
            case.judge_id = person.account_id
        elif role is Role.CONFIRMING_JUDGE:
            case.confirming_judge_id = person.account_id
        tx.audit.add(PLATFORM, "case.appoint", "case", case.id, at=house.clock.now(), case_id=case.id)
    return person


async def test_a_power_or_an_identity_card_is_no_evidence_of_a_room(house: House) -> None:
    paper, piece = [await house.add_exhibit(house.wang, disclosed=False) for _ in range(2)]
    async with house.db.begin() as tx:
        (await tx.evidence.get(paper)).material = "authority"
        tx.audit.add(house.wang, "evidence.describe", "evidence", paper, at=house.clock.now())
    await house.apart("A")
    assert [one.id for one in (await house.exhibits.show(house.wang, house.sitting)).items] == [piece]
    with pytest.raises(NotAllowed):
        await house.exhibits.present(house.wang, house.sitting, paper, 1)
    with pytest.raises(NotAllowed):
        await house.exhibits.disclose(house.wang, house.sitting, paper)


async def test_nobody_of_the_court_opens_what_was_brought_to_a_talk_before_it_is_disclosed(
    house: House,
) -> None:
    objects = MemoryObjects()
    papers = await mediated(house, objects)
    roles = (Role.FILING_JUDGE, Role.CONFIRMING_JUDGE, Role.COORDINATOR, Role.DIVISION_HEAD)
    court = [await appointed(house, number, role) for number, role in enumerate(roles)]
    room = ExhibitService(house.db, house.clock, objects, PlannedReader())
    await house.apart("A")
    item = await room.add(house.wang, house.sitting, Brought("还款.jpg", photo()))
    for person in (*court, house.mo, house.yang):
        with pytest.raises(NotFound):
            await papers.open(person, house.case_id, item)
        with pytest.raises(NotFound):
            await papers.page(person, house.case_id, item, 1)
    assert (await papers.open(house.wang, house.case_id, item)).body
    await room.disclose(house.wang, house.sitting, item)
    for person in (*court, house.mo, house.yang):
        assert (await papers.open(person, house.case_id, item)).body


async def test_what_was_shown_or_disclosed_is_neither_taken_back_nor_changed(house: House) -> None:
    papers, new = await mediated(house, MemoryObjects()), photo("green")
    await papers.upload(house.yang, house.case_id, [("a.jpg", photo()), ("b.jpg", photo("red"))])
    disclosed, shown = [one.id for one in (await papers.show(house.yang, house.case_id)).items]
    await house.exhibits.disclose(house.yang, house.sitting, disclosed)
    await house.apart("B")
    await house.exhibits.present(house.yang, house.sitting, shown, 1)
    for item in (disclosed, shown):
        with pytest.raises(NotAllowed):
            await papers.remove(house.yang, house.case_id, item)
        with pytest.raises(NotAllowed):
            await papers.retake(house.yang, house.case_id, item, "c.jpg", new)
    with pytest.raises(NotAllowed):
        await papers.describe(house.yang, house.case_id, disclosed, title="别的", purpose="", material="")
    view = await papers.show(house.yang, house.case_id)
    assert [(one.title, one.removable) for one in view.items] == [("a", False), ("b", False)]


async def test_what_a_side_does_apart_stands_in_its_own_dossier_alone(house: House) -> None:
    objects = MemoryObjects()
    room = ExhibitService(house.db, house.clock, objects, PlannedReader())
    await house.apart("A")
    item = await room.add(house.wang, house.sitting, Brought("还款.jpg", photo()))
    await room.present(house.wang, house.sitting, item, 1)
    await room.steer(house.wang, house.sitting, View(200, 0, 0))
    await room.draw(house.mo, house.sitting, item, LINE)
    await room.wipe(house.mo, house.sitting)
    await room.put_away(house.wang, house.sitting)
    assert await known(house, house.wang) == dict.fromkeys(
        ("upload", "present", "steer", "mark", "wipe", "put_away"), item
    )
    assert await known(house, house.yang) == {}
    await house.together()
    await room.disclose(house.wang, house.sitting, item)
    assert await known(house, house.yang) == {"disclose": item}


async def known(house: House, person: Actor) -> dict[str, UUID]:
    """The acts on evidence that stand in the person's dossier, each with its piece."""
    async with house.db.read() as tx:
        audiences = await tx.cases.audiences(house.case_id, person.account_id)
        rows = await tx.audit.of_case(house.case_id)
    return {
        row.action.removeprefix("evidence."): row.subject_id
        for row in rows
        if row.action.startswith("evidence.") and may_know(row.action, row.details, audiences)
    }


async def test_an_opinion_within_the_time_comes_from_outside_the_room_too(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    with pytest.raises(NotPermitted):
        await house.exhibits.ask_opinion(house.wang, house.sitting, item, "1d")
    with pytest.raises(BadInput):
        await house.exhibits.ask_opinion(house.mo, house.sitting, item, "1y")
    await house.exhibits.ask_opinion(house.mo, house.sitting, item, "1d")
    doors = [
        await house.sittings.invitation(one, house.sitting) for one in (house.wang, house.yang, house.mo)
    ]
    assert [one.opinions_until is not None for one in doors] == [False, True, False]
    await house.rooms.close(house.mo, house.sitting)
    house.clock.advance(hours=20)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, DENIES)
    (asked,) = (await house.exhibits.asked(house.wang, house.sitting)).items
    assert asked.opinions["B"]["reason"] == "不是我的签名"
    house.clock.advance(hours=4)
    with pytest.raises(NotAllowed):
        await house.exhibits.give_opinion(house.yang, house.sitting, item, ADMITS)


async def test_what_was_said_in_a_mediation_is_no_answer_in_a_hearing(house: House) -> None:
    item = await shown(house, house.wang)
    await house.exhibits.give_opinion(house.yang, house.sitting, item, DENIES)
    async with house.db.read() as tx:
        assert await tx.exhibits.opinions([item], Kind.CONFIRMATION.value) == []
        (said,) = await tx.exhibits.opinions([item], Kind.MEDIATION.value)
    assert said.reason == "不是我的签名"


async def test_the_record_of_a_time_that_is_over_names_who_was_silent_and_is_made_once(house: House) -> None:
    spoken, silent = [await house.add_exhibit(house.wang, disclosed=True) for _ in range(2)]
    for item in (spoken, silent):
        await house.exhibits.ask_opinion(house.mo, house.sitting, item, "10m")
    await house.exhibits.give_opinion(house.yang, house.sitting, spoken, ADMITS)
    await house.rooms.close(house.mo, house.sitting)
    assert len((await issued(house))[0]["items"]) == 1  # type: ignore[arg-type]  # JSON
    await house.exhibits.turn(house.clock.now())
    assert len(await issued(house)) == 1
    house.clock.advance(minutes=10)
    for _ in range(2):
        await house.exhibits.turn(house.clock.now())
    (record,) = (await issued(house))[1:]
    answers = {one["number"]: one["opinions"][0]["reason"] for one in record["items"]}  # type: ignore[attr-defined]
    assert answers == {"A-1": "无", "A-2": "未在规定时间内发表意见"}


async def test_what_is_shown_in_a_place_has_a_version_that_only_grows(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    told = [
        await house.exhibits.present(house.wang, house.sitting, item, 1),
        await house.exhibits.steer(house.wang, house.sitting, View(150, 0, 0)),
        await house.exhibits.put_away(house.wang, house.sitting),
        await house.exhibits.present(house.wang, house.sitting, item, 2),
    ]
    assert told == [1, 2, 3, 4]
    assert (await house.exhibits.show(house.yang, house.sitting)).version == 4
    heard = [one.payload["version"] for one in await house.news(house.yang, "evidence")]
    assert heard == told


async def test_the_version_of_a_talk_apart_says_nothing_outside_it(house: House) -> None:
    item = await shown(house, house.wang)
    await house.apart("A")
    for page in (1, 2, 3):
        await house.exhibits.present(house.wang, house.sitting, item, page)
    await house.together()
    assert await house.exhibits.present(house.wang, house.sitting, item, 2) == 2


async def test_a_paper_that_was_put_away_is_no_picture_and_no_error_for_who_had_seen_it(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=False)
    await house.apart("A")
    await house.exhibits.present(house.wang, house.sitting, item, 1)
    assert await house.exhibits.page(house.mo, house.sitting, item, 1)
    await house.exhibits.put_away(house.wang, house.sitting)
    assert await house.exhibits.page(house.mo, house.sitting, item, 1) is None
    for page in (0, 4):
        with pytest.raises(NotFound):
            await house.exhibits.page(house.mo, house.sitting, item, page)
    with pytest.raises(NotFound):  # to the other side there is no such piece
        await house.exhibits.page(house.yang, house.sitting, item, 1)


async def test_who_comes_back_through_the_lobby_finds_a_page_closed_for_the_moment(house: House) -> None:
    item = await shown(house, house.wang)
    await house.rooms.dismiss(house.mo, house.sitting, house.yang.account_id or item)
    assert await house.exhibits.page(house.yang, house.sitting, item, 1) is None


async def told(house: House) -> list[str]:
    """Which notices wait to be sent about evidence."""
    names = [str(one.payload.get("name", "")) for one in await waiting(house.db, house.clock.now())]
    return [name for name in names if name.startswith(("evidence_", "opinion_"))]


async def test_only_the_side_that_is_asked_for_an_opinion_gets_a_message(house: House) -> None:
    for owner in (house.wang, house.yang):
        item = await house.add_exhibit(owner, disclosed=True)
        await house.exhibits.ask_opinion(house.mo, house.sitting, item, "1d")
    assert await told(house) == ["opinion_asked_b", "opinion_asked_a"]


async def test_who_is_not_in_the_room_gets_a_message_of_what_is_disclosed(house: House) -> None:
    first, second = [await house.add_exhibit(house.wang, disclosed=False) for _ in range(2)]
    await house.exhibits.disclose(house.wang, house.sitting, first)
    assert await told(house) == []
    assert house.yang.account_id
    await house.rooms.dismiss(house.mo, house.sitting, house.yang.account_id)
    for _ in range(2):
        await house.exhibits.disclose(house.wang, house.sitting, second)
    assert await told(house) == ["evidence_disclosed_b"]  # pressed twice, told once
    async with house.db.read() as tx:
        acts = [row.subject_id for row in await tx.audit.of_case(house.case_id) if "disclose" in row.action]
    assert sorted(acts) == sorted([first, second])


async def test_a_presenter_who_is_gone_keeps_nobody_from_showing(house: House) -> None:
    await shown(house, house.wang)
    theirs = await house.add_exhibit(house.yang, disclosed=True)
    with pytest.raises(NotAllowed, match="Somebody else"):
        await house.exhibits.present(house.yang, house.sitting, theirs, 1)
    assert house.wang.account_id
    await house.rooms.dismiss(house.mo, house.sitting, house.wang.account_id)
    await house.exhibits.present(house.yang, house.sitting, theirs, 1)
    showing = (await house.exhibits.show(house.mo, house.sitting)).showing
    assert showing
    assert (showing.item_id, showing.presenter_id) == (theirs, house.yang.account_id)


async def test_a_time_for_opinions_that_was_over_begins_anew(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.exhibits.ask_opinion(house.mo, house.sitting, item, "10m")
    house.clock.advance(minutes=10)
    await house.exhibits.turn(house.clock.now())
    await house.exhibits.ask_opinion(house.mo, house.sitting, item, "1d")
    await house.rooms.close(house.mo, house.sitting)
    assert await issued(house) == []  # nobody is silent as long as the time runs
    await house.exhibits.give_opinion(house.yang, house.sitting, item, DENIES)
    house.clock.advance(days=1)
    await house.exhibits.turn(house.clock.now())
    (record,) = await issued(house)
    assert "不是我的签名" in str(record)
