"""The room while people are in it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from odr.db.convening import Call, convene
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.evidence import Answer, Opinion
from odr.domain.sittings import Kind, Place, Standing, State
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, Unavailable
from odr.ports.media import SeatConnected, SeatEnding, SeatHealth, SeatJoined, SeatLeft
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


def one(person: Actor) -> UUID:
    assert person.account_id
    return person.account_id


async def place(house: House, person: Actor) -> Place:
    return (await house.rooms.show(person, house.sitting)).me.place


async def hands(house: House, person: Actor) -> set[UUID]:
    """Whose raised hand the person sees."""
    view = await house.rooms.show(person, house.sitting)
    return {seat.id for seat in view.seats if seat.hand_at is not None}


def hears(house: House, person: Actor) -> set[UUID]:
    return set(house.media.rooms[house.sitting].routes.get(one(person), ()))


async def test_everybody_waits_in_the_lobby_and_hears_nobody(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)
    assert await place(house, house.wang) is Place.LOBBY
    assert not any(hears(house, person) for person in (house.wang, house.yang, house.mo))


async def test_the_rules_stand_before_the_door(house: House) -> None:
    with pytest.raises(NotAllowed):
        await house.rooms.ticket(house.wang, house.sitting)


async def test_a_session_opened_long_ago_proves_nothing_at_the_door(house: House) -> None:
    house.clock.advance(minutes=16)
    with pytest.raises(NotAllowed):
        await house.sittings.agree_rules(house.wang, house.sitting)


async def test_who_was_away_for_a_quarter_of_an_hour_proves_again_who_they_are(house: House) -> None:
    await house.sittings.agree_rules(house.wang, house.sitting)
    house.clock.advance(minutes=16)
    with pytest.raises(NotAllowed):
        await house.rooms.ticket(house.wang, house.sitting)
    again = replace(house.wang, since=house.clock.now())
    await house.rooms.ticket(again, house.sitting)
    house.clock.advance(hours=1)
    await house.rooms.ticket(again, house.sitting)  # was here all the time
    left = SeatLeft(house.sitting, one(house.wang), SeatEnding.LOST, house.clock.now())
    await house.rooms.heard(left)
    house.clock.advance(minutes=16)
    with pytest.raises(NotAllowed):
        await house.rooms.ticket(again, house.sitting)


async def test_a_stranger_does_not_learn_that_there_is_a_sitting(house: House) -> None:
    liu = await open_account(house.db, "liu", house.clock.now())
    for attempt in (
        house.rooms.show(liu, house.sitting),
        house.sittings.invitation(liu, house.sitting),
        house.chat.say(liu, house.sitting, "x"),
        house.exhibits.show(liu, house.sitting),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_it_does_not_begin_before_both_sides_are_there(house: House) -> None:
    await house.come(house.wang, house.mo)
    with pytest.raises(NotAllowed):
        await house.rooms.start(house.mo, house.sitting)


async def test_only_the_host_leads(house: House) -> None:
    await house.gather()
    for attempt in (
        house.rooms.ask_apart(house.wang, house.sitting, "A"),
        house.rooms.joint(house.wang, house.sitting),
        house.rooms.back(house.wang, house.sitting),
        house.rooms.withdraw(house.wang, house.sitting),
        house.rooms.close(house.wang, house.sitting),
        house.rooms.remove(house.wang, house.sitting, one(house.yang)),
        house.minutes.write(house.wang, house.sitting, "", "一行"),
    ):
        with pytest.raises(NotPermitted):
            await attempt


async def test_together_everybody_hears_everybody(house: House) -> None:
    await house.gather()
    assert hears(house, house.wang) == {one(house.yang), one(house.mo)}
    assert hears(house, house.mo) == {one(house.wang), one(house.yang)}


async def test_a_raised_hand_is_seen_where_the_person_is_and_by_the_host(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)
    with pytest.raises(NotAllowed):
        await house.rooms.ask_to_speak(house.wang, house.sitting, up=True)
    await house.rooms.start(house.mo, house.sitting)
    await house.rooms.ask_to_speak(house.wang, house.sitting, up=True)
    assert await hands(house, house.yang) == await hands(house, house.mo) == {one(house.wang)}
    with pytest.raises(NotPermitted):
        await house.rooms.lower(house.yang, house.sitting, one(house.wang))
    await house.rooms.lower(house.mo, house.sitting, one(house.wang))
    assert await hands(house, house.wang) == set()
    await house.rooms.ask_to_speak(house.wang, house.sitting, up=True)
    await house.apart("A")
    assert await hands(house, house.mo) == set()  # who changes rooms has put it down
    told = len(await house.news(house.wang, "state"))
    await house.rooms.ask_to_speak(house.yang, house.sitting, up=True)
    assert (await hands(house, house.mo), await hands(house, house.wang)) == ({one(house.yang)}, set())
    assert len(await house.news(house.wang, "state")) == told


async def test_in_a_caucus_only_that_side_and_the_mediator_hear_each_other(house: House) -> None:
    await house.gather()
    await house.apart("A")
    assert (await place(house, house.wang), await place(house, house.yang)) == (
        Place.CAUCUS_A,
        Place.PRIVATE_B,
    )
    assert hears(house, house.wang) == {one(house.mo)}
    assert hears(house, house.yang) == set()
    assert {
        seat.name for seat in (await house.rooms.show(house.mo, house.sitting)).seats if seat.connected
    } == set()


async def test_the_old_routes_are_gone_before_the_new_ones_come(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.apart("B")
    wang, yang, mo = one(house.wang), one(house.yang), one(house.mo)
    *_, joint, closed, caucus_a, parted, caucus_b = house.media.rooms[house.sitting].matrices
    assert joint[wang] == {yang, mo}
    assert not any(closed.values())
    assert caucus_a == {wang: {mo}, mo: {wang}, yang: frozenset()}
    assert not any(parted.values())
    assert caucus_b == {yang: {mo}, mo: {yang}, wang: frozenset()}


async def test_what_is_written_in_a_caucus_stays_there(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.chat.say(house.wang, house.sitting, "四万五我可以接受")
    assert [line.text for line in (await house.rooms.show(house.mo, house.sitting)).chat] == [
        "四万五我可以接受"
    ]
    assert len(await house.news(house.mo, "chat")) == 1
    await house.together()
    assert (await house.rooms.show(house.yang, house.sitting)).chat == ()
    assert await house.news(house.yang, "chat") == []
    assert (await house.rooms.show(house.wang, house.sitting)).chat == (), "nor is it shown in the joint room"


async def test_minutes_know_the_joint_room_only(house: House) -> None:
    await house.gather()
    await house.minutes.write(house.mo, house.sitting, "申请人", "借款本金五万元")
    assert [m.text for m in (await house.rooms.show(house.yang, house.sitting)).minutes] == ["借款本金五万元"]
    await house.apart("A")
    with pytest.raises(NotAllowed):
        await house.minutes.write(house.mo, house.sitting, "申请人", "私下说的")


async def test_a_lost_line_leads_to_the_lobby_and_from_there_back_to_the_joint_room(house: House) -> None:
    await house.gather()
    now = house.clock.now()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.yang), SeatEnding.LOST, now))
    assert hears(house, house.wang) == {one(house.mo)}
    await house.rooms.ticket(house.yang, house.sitting)
    assert await place(house, house.yang) is Place.LOBBY
    await house.rooms.heard(SeatJoined(house.sitting, one(house.yang), "party_b", now))
    assert await place(house, house.yang) is Place.JOINT
    assert hears(house, house.wang) == {one(house.mo), one(house.yang)}


async def test_who_comes_in_anew_during_a_move_is_brought_along(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)

    async def line_breaks() -> None:
        await house.rooms.ticket(house.mo, house.sitting)
        await house.rooms.heard(SeatJoined(house.sitting, one(house.mo), "mediator", house.clock.now()))

    house.media.meanwhile = line_breaks
    await house.rooms.start(house.mo, house.sitting)
    assert await place(house, house.mo) is Place.JOINT
    assert hears(house, house.wang) == {one(house.mo), one(house.yang)}


async def test_a_host_whose_line_was_gone_when_the_sitting_began_is_led_in(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)
    house.clock.advance(seconds=1)
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.GONE, house.clock.now()))
    await house.rooms.start(house.mo, house.sitting)
    await house.rooms.ticket(house.mo, house.sitting)
    await house.rooms.heard(SeatJoined(house.sitting, one(house.mo), "mediator", house.clock.now()))
    assert await place(house, house.mo) is Place.JOINT
    assert hears(house, house.wang) == {one(house.mo), one(house.yang)}


async def test_who_comes_back_during_a_caucus_stays_in_the_lobby(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.ticket(house.wang, house.sitting)
    await house.rooms.heard(SeatJoined(house.sitting, one(house.wang), "party_a", house.clock.now()))
    assert await place(house, house.wang) is Place.LOBBY
    assert hears(house, house.mo) == hears(house, house.wang) == set()


async def test_a_farewell_of_an_older_connection_ends_nothing(house: House) -> None:
    await house.gather()
    before = house.clock.now()
    house.clock.advance(seconds=5)
    await house.rooms.ticket(house.wang, house.sitting)
    await house.rooms.heard(SeatLeft(house.sitting, one(house.wang), SeatEnding.GONE, before))
    await house.rooms.heard(SeatLeft(house.sitting, one(house.wang), SeatEnding.REPLACED, house.clock.now()))
    await house.rooms.heard(SeatConnected(house.sitting, one(house.wang), house.clock.now()))
    me = (await house.rooms.show(house.wang, house.sitting)).me
    assert (me.present, me.connected) == (True, True)


async def test_if_media_does_not_answer_everybody_stands_in_the_lobby(house: House) -> None:
    await house.gather()
    house.media.fail_next = Unavailable()
    await house.apart("A")
    assert await place(house, house.wang) is Place.LOBBY
    assert not any(house.media.rooms[house.sitting].routes.values())


async def test_after_a_crash_nobody_is_in_a_caucus(house: House) -> None:
    await house.gather()
    await house.apart("A")
    house.media.rooms.clear()
    await house.rooms.recover()
    view = await house.rooms.show(house.mo, house.sitting)
    assert not any(seat.present for seat in view.seats)
    await house.rooms.ticket(house.wang, house.sitting)
    assert await place(house, house.wang) is Place.LOBBY


async def host_drops(house: House) -> None:
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.GONE, house.clock.now()))


async def later(house: House, **by: float) -> State:
    """The state of the sitting after that time."""
    house.clock.advance(**by)
    await house.rooms.turn(house.clock.now())
    return (await house.rooms.show(house.wang, house.sitting)).state


async def test_half_a_minute_without_the_host_pauses_the_sitting_and_nobody_hears_anybody(
    house: House,
) -> None:
    await house.gather()
    await host_drops(house)
    view = await house.rooms.show(house.wang, house.sitting)
    assert (view.host, view.host_away, view.kept_until) == ("调解员甲", True, None)
    assert await later(house, seconds=29) is State.LIVE
    assert hears(house, house.wang) == {one(house.yang)}
    assert await later(house, seconds=1) is State.PAUSED
    view = await house.rooms.show(house.wang, house.sitting)
    assert (view.me.place, view.kept_until) == (Place.LOBBY, house.clock.now() + timedelta(minutes=15))
    assert not any(hears(house, person) for person in (house.wang, house.yang))
    with pytest.raises(NotAllowed):
        await house.chat.say(house.wang, house.sitting, "x")
    with pytest.raises(NotAllowed, match="paused"):
        await house.rooms.joint(house.mo, house.sitting)


async def test_a_silent_line_was_away_before_it_was_given_up(house: House) -> None:
    await house.gather()
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.LOST, house.clock.now()))
    assert await later(house) is State.PAUSED


async def test_everybody_is_told_of_a_line_that_fell_silent_long_before_it_counts_as_lost(
    house: House,
) -> None:
    await house.gather()
    for person in (house.mo, house.wang, house.yang):
        await house.rooms.heard(SeatConnected(house.sitting, one(person), house.clock.now()))

    async def second(silent_s: float) -> tuple[bool, Standing, int]:
        at = house.clock.now()
        await house.rooms.heard(
            SeatHealth(house.sitting, one(house.mo), 0.0, 0.0, None, 3.0, 300, 800, silent_s, at)
        )
        view = await house.rooms.show(house.yang, house.sitting)
        (host,) = [seat for seat in view.seats if seat.id == one(house.mo)]
        return view.host_away, host.standing, len(await house.news(house.yang, "state"))

    away, standing, told = await second(1.0)
    assert (away, standing) == (False, Standing.IN_ROOM)
    assert await second(8.0) == (True, Standing.DISCONNECTED, told + 1)
    assert await second(9.0) == (True, Standing.DISCONNECTED, told + 1)
    assert await second(0.1) == (False, Standing.IN_ROOM, told + 2)


async def test_the_sitting_goes_on_together_when_the_host_is_back(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await host_drops(house)
    assert await later(house, seconds=30) is State.PAUSED
    assert await later(house, minutes=14, seconds=29) is State.PAUSED
    await house.rooms.ticket(house.mo, house.sitting)
    await house.rooms.heard(SeatJoined(house.sitting, one(house.mo), "mediator", house.clock.now()))
    view = await house.rooms.show(house.mo, house.sitting)
    assert (view.state, view.stage, view.host_away) == (State.LIVE, Place.JOINT, False)
    assert hears(house, house.wang) == {one(house.mo), one(house.yang)}
    assert await later(house, hours=1) is State.LIVE


async def test_a_room_without_its_host_is_kept_a_quarter_of_an_hour_and_then_adjourned(house: House) -> None:
    await house.gather()
    await house.minutes.write(house.mo, house.sitting, "申请人", "借款本金五万元")
    await host_drops(house)
    assert await later(house, seconds=30) is State.PAUSED
    assert await later(house, minutes=15) is State.CLOSED
    assert (await house.rooms.show(house.yang, house.sitting)).kept_until == house.clock.now()
    assert house.sitting not in house.media.rooms
    async with house.db.read() as tx:
        found = await tx.outbox.take(house.clock.now(), timedelta(minutes=1))
    kinds = {event.payload.get("name") or event.payload.get("paper") for event in found}
    assert {"sitting_adjourned", "minutes_to_check"} <= kinds
    async with house.db.begin() as tx:
        call = Call(house.mo, Role.MEDIATOR, Kind.MEDIATION, house.clock.now(), house.clock.now())
        assert await convene(tx, house.case_id, call) != house.sitting


async def test_a_restart_forgets_no_pause(house: House) -> None:
    await house.gather()
    await house.rooms.recover()
    assert await later(house, seconds=30) is State.PAUSED


async def test_the_host_is_told_whom_the_sitting_waits_for(house: House) -> None:
    await house.come(house.wang, house.mo)
    view = await house.rooms.show(house.mo, house.sitting)
    assert (view.ready, view.waits_for) == (False, ("杨",))
    await house.come(house.yang)
    view = await house.rooms.show(house.mo, house.sitting)
    assert (view.ready, view.waits_for) == (True, ())


async def test_a_removed_person_does_not_come_back(house: House) -> None:
    await house.gather()
    await house.rooms.remove(house.mo, house.sitting, one(house.yang))
    assert house.media.revoked == [(house.sitting, one(house.yang))]
    assert hears(house, house.wang) == {one(house.mo)}
    with pytest.raises(NotFound):
        await house.rooms.ticket(house.yang, house.sitting)


async def test_an_ended_sitting_stays_ended(house: House) -> None:
    await house.gather()
    await house.rooms.close(house.mo, house.sitting)
    assert house.sitting not in house.media.rooms
    assert (await house.rooms.show(house.wang, house.sitting)).state is State.CLOSED
    await house.rooms.heard(SeatLeft(house.sitting, one(house.wang), SeatEnding.CLOSED, house.clock.now()))
    assert house.sitting not in house.media.rooms
    for attempt in (
        house.rooms.ticket(house.wang, house.sitting),
        house.rooms.start(house.mo, house.sitting),
        house.chat.say(house.wang, house.sitting, "x"),
    ):
        with pytest.raises(NotAllowed):
            await attempt
    with pytest.raises(NotAllowed, match="has ended"):
        await house.rooms.joint(house.mo, house.sitting)


async def test_evidence_is_turned_by_one_and_seen_by_all(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.gather()
    await house.exhibits.present(house.wang, house.sitting, item, 2)
    showing = (await house.exhibits.show(house.yang, house.sitting)).showing
    assert showing is not None
    assert (showing.item_id, showing.page, showing.leads) == (item, 2, False)
    with pytest.raises(NotAllowed):
        await house.exhibits.present(house.yang, house.sitting, item, 3)
    await house.exhibits.present(house.mo, house.sitting, item, 3)
    with pytest.raises(BadInput):
        await house.exhibits.present(house.mo, house.sitting, item, 4)
    assert [n.payload["showing"]["page"] for n in await house.news(house.yang, "evidence")] == [2, 3]


async def test_lines_of_one_moment_keep_the_order_in_which_they_were_written(house: House) -> None:
    await house.gather()
    words = [str(number) for number in range(8)]
    for text in words:
        await house.chat.say(house.wang, house.sitting, text)
        await house.minutes.write(house.mo, house.sitting, "", text)
    view = await house.rooms.show(house.yang, house.sitting)
    assert [line.text for line in view.chat] == [line.text for line in view.minutes] == words


async def test_a_released_line_comes_last_in_the_joint_place_and_betrays_nothing_by_its_number(
    house: House,
) -> None:
    await house.gather()
    await house.chat.say(house.yang, house.sitting, "早")
    await house.apart("A")
    lines = [await house.chat.say(house.wang, house.sitting, text) for text in ("一", "二", "三")]
    await house.together()
    await house.chat.say(house.mo, house.sitting, "好")
    await house.chat.release(house.wang, house.sitting, lines[1])
    read = (await house.rooms.show(house.yang, house.sitting)).chat
    assert [(line.text, line.number) for line in read] == [("早", 1), ("好", 2), ("二", 3)]
    told = [one.payload["line"]["number"] for one in await house.news(house.yang, "chat")]
    assert told == [1, 2, 3]


async def test_undisclosed_evidence_is_seen_only_where_its_owner_shows_it(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=False)
    await house.gather()
    with pytest.raises(NotAllowed):
        await house.exhibits.present(house.wang, house.sitting, item, 1)
    assert await house.exhibits.page(house.mo, house.sitting, item, 1) is None
    await house.apart("A")
    await house.exhibits.present(house.wang, house.sitting, item, 1)
    assert await house.exhibits.page(house.mo, house.sitting, item, 1)
    assert [view.id for view in (await house.exhibits.show(house.mo, house.sitting)).items] == [item]
    await house.together()
    assert (await house.exhibits.show(house.yang, house.sitting)).items == ()
    assert await house.exhibits.page(house.mo, house.sitting, item, 1) is None
    with pytest.raises(NotFound):
        await house.exhibits.page(house.yang, house.sitting, item, 1)
    assert await house.news(house.yang, "evidence") == []
    await house.exhibits.disclose(house.wang, house.sitting, item)
    assert await house.exhibits.page(house.yang, house.sitting, item, 1)


async def test_a_side_says_what_it_thinks_of_the_other_sides_evidence(house: House) -> None:
    item = await house.add_exhibit(house.wang, disclosed=True)
    await house.gather()
    admits, denies = Answer.ADMIT, Answer.DENY
    with pytest.raises(BadInput):
        await house.exhibits.give_opinion(
            house.yang, house.sitting, item, Opinion("B", denies, admits, admits)
        )
    with pytest.raises(NotAllowed):
        await house.exhibits.give_opinion(
            house.wang, house.sitting, item, Opinion("A", admits, admits, admits)
        )
    opinion = Opinion("B", Answer.ASK_ORIGINAL, admits, admits, "复印件看不清")
    await house.exhibits.give_opinion(house.yang, house.sitting, item, opinion)
    (view,) = (await house.exhibits.show(house.mo, house.sitting)).items
    assert view.opinions["B"]["truth"] == "ask_original"
    assert view.opinions["B"]["reason"] == "复印件看不清"
