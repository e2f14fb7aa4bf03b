"""The support desk: lines, messages, calls back, fewer pictures, test calls; never what is said in a room."""

from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.devices import DeviceCheck, Finding, room_of_check
from odr.domain.sittings import Standing
from odr.domain.steps import Role
from odr.domain.support import Pictures
from odr.domain.video_checks import KEPT_FOR, Part
from odr.domain.video_checks import Standing as Seen
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.media import MediaKind, SeatConnected, SeatEnding, SeatHealth, SeatJoined, SeatLeft
from odr.services.support import DeskService, HelpService, LineService, LineTestService
from odr.services.support.desk import PersonRow
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.mediations import staff
from tests.support.sittings import House, open_house

PHONE = "+8613800000009"


@dataclass
class Desk:
    """The house with a desk: `mei` and `lin` are technical support, `hu` has no part in the case."""

    house: House
    lines: LineService
    desk: DeskService
    help: HelpService
    tests: LineTestService
    mei: Actor
    lin: Actor
    hu: Actor

    async def health(self, person: Actor, loss: float, room: UUID | None = None, rtt_ms: float = 40) -> None:
        """A second passes in which the line was like that."""
        self.house.clock.advance(seconds=1)
        room, at = room or self.house.sitting, self.house.clock.now()
        await self.lines.heard(SeatHealth(room, one(person), loss, 0.0, rtt_ms, 3.0, 300, 800, 0.0, at))

    async def row(self, person: Actor) -> PersonRow:
        board = await self.desk.board(self.mei)
        people = [row for room in board.rooms for row in room.people]
        return next(row for row in people if row.account_id == one(person))


def one(person: Actor) -> UUID:
    assert person.account_id
    return person.account_id


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    house = await open_house(database, clock)
    mei = await staff(database, "+8613800000004", "技术员梅", clock.now(), Role.SUPPORT)
    lin = await staff(database, "+8613800000014", "技术员林", clock.now(), Role.SUPPORT)
    hu = replace(await open_account(database, "zhang", clock.now()), since=clock.now())
    lines = LineService(database)
    return Desk(
        house,
        lines,
        DeskService(database, clock, lines),
        HelpService(database, clock, house.media),
        LineTestService(database, clock, house.media),
        mei,
        lin,
        hu,
    )


async def test_the_board_shows_who_is_where_with_what_and_how_the_line_is(desk: Desk) -> None:
    house = desk.house
    before = await desk.row(house.wang)
    assert (before.standing, before.line, before.runs_on) == (Standing.NOT_SIGNED_IN, None, "")
    await house.sittings.test_ticket(house.wang, house.sitting, "Android · WeChat")
    await desk.health(house.wang, 0.12, room_of_check(house.sitting, one(house.wang)))
    checked = DeviceCheck(Finding.FAILED, Finding.OK, Finding.OK, Finding.OK, 40, 0.0)
    await house.sittings.keep_check(house.wang, house.sitting, checked)
    during = await desk.row(house.wang)
    assert during.runs_on == "Android · WeChat"
    assert during.device["verdict"] == "voice"
    assert during.line
    assert (during.line.grade, during.standing) == ("poor", Standing.CHECKING)

    await house.gather()
    await desk.lines.heard(SeatConnected(house.sitting, one(house.wang), house.clock.now()))
    await desk.health(house.wang, 0.2)
    there = (await desk.row(house.wang)).line
    assert there
    assert (there.grade, there.loss_up, there.rtt_ms, there.kbps_down) == ("bad", 0.2, 40, 800)
    house.clock.advance(seconds=6)
    assert (await desk.row(house.wang)).line is None  # what was heard long ago says nothing


async def test_a_talk_apart_looks_like_the_room_from_the_desk(desk: Desk) -> None:
    house = desk.house
    await house.gather()
    for person in (house.wang, house.yang, house.mo):
        await house.rooms.heard(SeatJoined(house.sitting, one(person), "", house.clock.now()))
        await house.rooms.heard(SeatConnected(house.sitting, one(person), house.clock.now()))
    await house.apart("A")
    board = await desk.desk.board(desk.mei)
    assert {row.standing for row in board.rooms[0].people} == {Standing.IN_ROOM}
    assert "caucus" not in repr(board)
    assert "private" not in repr(board)


async def test_support_has_no_way_into_the_room_nor_to_anything_said_there(desk: Desk) -> None:
    house, item = desk.house, UUID(int=7)
    await house.gather()
    for attempt in (
        house.rooms.show(desk.mei, house.sitting),
        house.rooms.ticket(desk.mei, house.sitting),
        house.chat.say(desk.mei, house.sitting, "您好"),
        house.minutes.write(desk.mei, house.sitting, "", "记"),
        house.exhibits.show(desk.mei, house.sitting),
        house.exhibits.page(desk.mei, house.sitting, item, 1),
        house.rooms.admit(desk.mei, house.sitting, one(house.wang)),
        desk.help.show(desk.mei, house.sitting),
    ):
        with pytest.raises(NotFound):
            await attempt
    await desk.desk.write(desk.mei, house.sitting, one(house.wang), "请点麦克风")
    await desk.tests.open(desk.mei, house.sitting, one(house.wang))
    await desk.tests.ticket(desk.mei, house.sitting, one(house.wang))
    assert one(desk.mei) not in house.media.rooms[house.sitting].routes
    assert all(one(desk.mei) != seat for room, seat, _ in house.media.tickets if room == house.sitting)
    assert await house.news(desk.mei, "chat") == []


async def test_nobody_but_support_opens_the_desk(desk: Desk) -> None:
    house, wang = desk.house, one(desk.house.wang)
    for person in (house.wang, house.mo, desk.hu):
        for attempt in (
            desk.desk.board(person),
            desk.desk.person(person, house.sitting, wang),
            desk.desk.write(person, house.sitting, wang, "您好"),
            desk.desk.propose_voice(person, house.sitting, wang),
            desk.desk.finish_call(person, UUID(int=1)),
            desk.tests.open(person, house.sitting, wang),
        ):
            with pytest.raises(NotPermitted):
                await attempt
    with pytest.raises(NotFound):
        await desk.help.show(desk.hu, house.sitting)


async def test_a_message_reaches_the_person_alone_and_the_desk_sees_it_read(desk: Desk) -> None:
    house = desk.house
    await desk.desk.write(desk.mei, house.sitting, one(house.wang), "请点一下麦克风")
    assert [m.text for m in (await desk.help.show(house.wang, house.sitting)).messages] == ["请点一下麦克风"]
    assert (await desk.help.show(house.yang, house.sitting)).messages == ()
    await desk.help.read(house.wang, house.sitting)
    (kept,) = (await desk.desk.person(desk.lin, house.sitting, one(house.wang))).messages
    assert (kept.by, kept.read_at) == ("技术员梅", house.clock.now())
    async with house.db.read() as tx:
        told = {news.account_id for news in await tx.pushes.after(0) if news.event == "support"}
        entries = [row for row in await tx.audit.of_case(house.case_id) if row.action == "support.write"]
    assert told == {one(house.wang)}
    assert len(entries) == 1
    assert "麦克风" not in str(entries[0].details)


async def test_who_asks_to_be_called_back_stands_on_the_list_until_it_is_done(desk: Desk) -> None:
    house = desk.house
    await desk.help.ask(house.wang, house.sitting, "sound", "")
    await desk.help.ask(house.wang, house.sitting, "connection", PHONE)  # once more: the newest counts
    (call,) = (await desk.desk.board(desk.mei)).calls
    assert (call.trouble, call.phone, call.account_id) == ("connection", PHONE, one(house.wang))
    assert (await desk.row(house.wang)).calls
    await desk.desk.finish_call(desk.mei, call.id)
    await desk.desk.finish_call(desk.lin, call.id)  # again: no effect
    assert (await desk.desk.board(desk.mei)).calls == ()
    assert (await desk.help.show(house.wang, house.sitting)).called_at is None
    async with house.db.read() as tx:
        row = await tx.support.lock_call(call.id)
    assert row
    assert (row.phone, row.ended_by) == ("", one(desk.mei))  # the number was for that alone


async def test_a_wish_is_taken_back_and_a_wrong_number_refused(desk: Desk) -> None:
    house = desk.house
    with pytest.raises(BadInput):
        await desk.help.ask(house.wang, house.sitting, "sound", "12")
    await desk.help.ask(house.wang, house.sitting, "sound", "")
    await desk.help.withdraw(house.wang, house.sitting)
    assert (await desk.desk.board(desk.mei)).calls == ()


async def test_the_voice_alone_is_asked_for_and_holds_also_after_coming_back(desk: Desk) -> None:
    house, key = desk.house, (desk.house.sitting, one(desk.house.wang))
    await house.gather()
    await desk.desk.propose_voice(desk.mei, *key)
    assert key not in house.media.withheld  # nothing changes before the person says so
    await desk.help.choose(house.wang, house.sitting, "off")
    assert house.media.withheld[key] == {MediaKind.VIDEO, MediaKind.SCREEN}
    with pytest.raises(NotAllowed):
        await desk.desk.propose_voice(desk.mei, *key)
    house.media.withheld.clear()
    await desk.help.heard(SeatJoined(*key, "", house.clock.now()))
    assert house.media.withheld[key] == {MediaKind.VIDEO, MediaKind.SCREEN}
    await desk.help.choose(house.wang, house.sitting, "on")
    assert house.media.withheld[key] == frozenset()
    assert (await desk.row(house.wang)).pictures is Pictures.ON


async def test_a_choice_before_the_room_is_open_counts_when_they_come_in(desk: Desk) -> None:
    house = desk.house
    await desk.help.choose(house.wang, house.sitting, "off")
    assert house.media.withheld == {}
    await house.come(house.wang)
    await desk.help.heard(SeatJoined(house.sitting, one(house.wang), "", house.clock.now()))
    assert house.media.withheld[house.sitting, one(house.wang)] == {MediaKind.VIDEO, MediaKind.SCREEN}


async def test_a_test_call_joins_the_two_alone_in_a_room_that_is_no_sittings(desk: Desk) -> None:
    house, who = desk.house, (desk.house.sitting, one(desk.house.wang))
    await desk.tests.open(desk.mei, *who)
    await desk.tests.open(desk.mei, *who)  # again: no effect
    assert (await desk.help.show(house.wang, house.sitting)).testing
    for person in (desk.mei, house.wang):
        await desk.tests.ticket(person, *who)
    (room,) = {room for room, _, _ in house.media.tickets}
    assert room not in (house.sitting, room_of_check(*who))
    assert house.media.rooms[room].routes == {
        one(desk.mei): {one(house.wang)},
        one(house.wang): {one(desk.mei)},
    }
    for person in (desk.mei, house.wang):
        await desk.tests.heard(SeatConnected(room, one(person), house.clock.now()))
    view = await desk.tests.show(house.wang, *who)
    assert (view.part, view.other.name, view.other.standing, view.met) == (
        Part.PERSON,
        "技术员梅",
        Seen.HERE,
        True,
    )
    for stranger, refusal in ((desk.lin, NotAllowed), (house.yang, NotPermitted), (house.mo, NotPermitted)):
        for attempt in (
            desk.tests.show(stranger, *who),
            desk.tests.ticket(stranger, *who),
            desk.tests.end(stranger, *who),
        ):
            with pytest.raises(refusal):
                await attempt
    with pytest.raises(NotPermitted):
        await desk.tests.end(house.wang, *who)
    await desk.tests.end(desk.mei, *who)
    assert room not in house.media.rooms
    with pytest.raises(NotFound):
        await desk.tests.show(house.wang, *who)


async def test_a_test_call_that_the_desk_left_ends_by_itself(desk: Desk) -> None:
    house, who = desk.house, (desk.house.sitting, one(desk.house.wang))
    await desk.tests.open(desk.mei, *who)
    await desk.tests.ticket(desk.mei, *who)
    (room,) = {room for room, _, _ in house.media.tickets}
    await desk.tests.heard(SeatConnected(room, one(desk.mei), house.clock.now()))
    house.clock.advance(minutes=6)
    await desk.tests.turn(house.clock.now())
    assert desk.tests.has(room)  # the desk is there
    await desk.tests.heard(SeatLeft(room, one(desk.mei), SeatEnding.GONE, house.clock.now()))
    house.clock.advance(seconds=KEPT_FOR.total_seconds() + 1)
    await desk.tests.turn(house.clock.now())
    assert not (await desk.help.show(house.wang, house.sitting)).testing


async def test_how_the_line_was_is_kept_by_the_minute_and_told_to_the_host(desk: Desk) -> None:
    house = desk.house
    await house.gather()
    await house.rooms.heard(SeatJoined(house.sitting, one(house.wang), "", house.clock.now()))
    for loss in (0.0, 0.3, 0.0):
        await desk.health(house.wang, loss)
    await desk.health(house.wang, 0.9, UUID(int=5))  # a room that is no sitting's
    lost = house.clock.now()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.wang), SeatEnding.LOST, lost))
    await desk.lines.finish()
    report = await desk.lines.report(house.mo, house.sitting)
    wang = next(person for person in report.people if person.role == "party_a")
    assert (wang.minutes, wang.weak[0].loss_worst, wang.weak[0].bad) == (1, 0.3, 1)
    assert len(wang.gaps) == 1
    assert wang.gaps[0].until is None
    assert (await desk.lines.report(desk.mei, house.sitting)).people == report.people
    with pytest.raises(NotPermitted):
        await desk.lines.report(house.wang, house.sitting)


async def test_a_minute_is_written_once_it_is_over_and_one_with_a_reconnect_is_one(desk: Desk) -> None:
    house, wang = desk.house, desk.house.wang
    await desk.health(wang, 0.0)
    await desk.lines.heard(SeatLeft(house.sitting, one(wang), SeatEnding.GONE, house.clock.now()))
    await desk.health(wang, 0.5)
    await desk.lines.turn(house.clock.now())
    async with house.db.read() as tx:
        assert await tx.lines.of(house.sitting) == []
    house.clock.advance(minutes=1)
    await desk.lines.turn(house.clock.now())
    async with house.db.read() as tx:
        (row,) = await tx.lines.of(house.sitting)
    assert (row.seconds, row.loss_worst) == (2, 0.5)


async def test_after_the_end_of_the_sitting_the_desk_does_nothing_more(desk: Desk) -> None:
    house, wang = desk.house, one(desk.house.wang)
    await house.gather()
    await house.rooms.close(house.mo, house.sitting)
    assert (await desk.desk.board(desk.mei)).rooms == ()
    for attempt in (
        desk.desk.write(desk.mei, house.sitting, wang, "您好"),
        desk.desk.propose_voice(desk.mei, house.sitting, wang),
        desk.tests.open(desk.mei, house.sitting, wang),
        desk.help.ask(house.wang, house.sitting, "sound", ""),
        desk.help.choose(house.wang, house.sitting, "off"),
    ):
        with pytest.raises(NotAllowed):
            await attempt
