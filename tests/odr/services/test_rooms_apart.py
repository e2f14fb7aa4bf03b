"""Talks apart: asked, accepted or declined, and together again after a countdown."""

import pytest

from odr.domain.accounts import Actor
from odr.domain.sittings import Asked, Place, Standing, State
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.media import SeatConnected, SeatJoined, SeatMoved
from tests.odr.services.test_rooms import hears, host_drops, house, later, one, place
from tests.support.sittings import House

__all__ = ["house"]  # the fixture


async def asked(house: House, person: Actor, seen_by: Actor) -> tuple[Asked, str]:
    view = await house.rooms.show(seen_by, house.sitting)
    seat = next(seat for seat in view.seats if seat.id == person.account_id)
    return seat.asked, seat.because


async def test_who_is_asked_to_talk_apart_stays_until_they_accept(house: House) -> None:
    await house.gather()
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert await place(house, house.wang) is await place(house, house.mo) is Place.JOINT
    assert await asked(house, house.wang, house.wang) == (Asked.OPEN, "")
    assert await asked(house, house.wang, house.mo) == (Asked.OPEN, "")
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.yang, house.sitting)
    await house.rooms.accept(house.wang, house.sitting)
    assert await place(house, house.wang) is await place(house, house.mo) is Place.CAUCUS_A
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.wang, house.sitting)


async def test_the_other_side_does_not_learn_that_somebody_was_asked(house: House) -> None:
    await house.gather()
    before = len(await house.news(house.yang, "state"))
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    await house.rooms.decline(house.wang, house.sitting, "我想先问问家里人")
    assert await asked(house, house.wang, house.yang) == (Asked.NO, "")
    assert len(await house.news(house.yang, "state")) == before


async def test_who_declines_stays_and_the_mediator_alone_reads_why(house: House) -> None:
    await house.gather()
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    with pytest.raises(BadInput):
        await house.rooms.decline(house.wang, house.sitting, "长" * 201)
    await house.rooms.decline(house.wang, house.sitting, " 我想先问问家里人 ")
    assert await place(house, house.wang) is Place.JOINT
    assert await asked(house, house.wang, house.mo) == (Asked.DECLINED, "我想先问问家里人")
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.wang, house.sitting)
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert await asked(house, house.wang, house.mo) == (Asked.OPEN, "")


async def test_a_question_that_was_withdrawn_or_overtaken_leads_nobody_anywhere(house: House) -> None:
    await house.gather()
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    await house.rooms.ask_apart(house.mo, house.sitting, "B")
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.wang, house.sitting)
    await house.rooms.withdraw(house.mo, house.sitting)
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.yang, house.sitting)
    with pytest.raises(BadInput):
        await house.rooms.ask_apart(house.mo, house.sitting, "C")


async def test_nobody_goes_apart_with_a_mediator_who_is_not_there(house: House) -> None:
    await house.gather()
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    await host_drops(house)
    with pytest.raises(NotAllowed):
        await house.rooms.accept(house.wang, house.sitting)
    assert await place(house, house.wang) is Place.JOINT


async def test_who_comes_back_during_a_talk_apart_may_be_asked_into_it_again(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.ticket(house.wang, house.sitting)
    assert await place(house, house.wang) is Place.LOBBY
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert await place(house, house.wang) is Place.LOBBY
    await house.rooms.accept(house.wang, house.sitting)
    assert hears(house, house.wang) == {one(house.mo)}


async def test_a_media_server_that_is_lost_takes_nobody_out_of_a_talk_apart(house: House) -> None:
    await house.gather()
    await house.apart("A")
    matrices = len(house.media.rooms[house.sitting].matrices)
    for person in (house.wang, house.mo):
        await house.rooms.heard(SeatMoved(house.sitting, one(person), house.clock.now()))
    view = await house.rooms.show(house.mo, house.sitting)
    assert {seat.id: seat.standing for seat in view.seats}[one(house.wang)] is Standing.JOINING
    for event in (
        SeatJoined(house.sitting, one(house.wang), "party_a", house.clock.now()),
        SeatConnected(house.sitting, one(house.wang), house.clock.now()),
    ):
        await house.rooms.heard(event)
    assert await place(house, house.wang) is Place.CAUCUS_A
    assert await place(house, house.mo) is Place.CAUCUS_A
    assert len(house.media.rooms[house.sitting].matrices) == matrices


async def test_a_mediator_who_lost_the_line_goes_back_to_those_who_accepted(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.ticket(house.mo, house.sitting)
    assert await place(house, house.mo) is Place.LOBBY
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert hears(house, house.wang) == {one(house.mo)}


async def test_who_joins_a_talk_apart_later_does_not_make_it_begin_anew(house: House) -> None:
    await house.gather()
    await house.apart("A")
    began = house.clock.now()
    house.clock.advance(minutes=5)
    await house.rooms.ticket(house.mo, house.sitting)
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    await house.rooms.ticket(house.wang, house.sitting)
    await house.apart("A")
    assert (await house.rooms.show(house.yang, house.sitting)).apart_since == began
    await house.apart("B")
    assert (await house.rooms.show(house.wang, house.sitting)).apart_since == house.clock.now()


async def test_from_a_talk_apart_all_come_together_after_half_a_minute(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.joint(house.mo, house.sitting)
    house.clock.advance(seconds=12)
    await house.rooms.joint(house.mo, house.sitting)  # a second tap wins no time
    for person in (house.mo, house.wang, house.yang):
        assert (await house.rooms.show(person, house.sitting)).returns_in_s == 18
    await later(house, seconds=17)
    assert hears(house, house.wang) == {one(house.mo)}
    await later(house, seconds=1)
    assert hears(house, house.wang) == {one(house.mo), one(house.yang)}
    assert (await house.rooms.show(house.yang, house.sitting)).returns_in_s is None


async def test_the_mediator_ends_the_countdown_with_one_tap_or_stops_it(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.joint(house.mo, house.sitting)
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert await later(house, seconds=31) is State.LIVE
    assert await place(house, house.wang) is Place.CAUCUS_A
    await house.rooms.joint(house.mo, house.sitting)
    await house.rooms.back(house.mo, house.sitting)
    assert hears(house, house.yang) == {one(house.mo), one(house.wang)}


async def test_without_the_mediator_no_countdown_brings_the_sides_together(house: House) -> None:
    await house.gather()
    await house.apart("A")
    await house.rooms.joint(house.mo, house.sitting)
    house.clock.advance(seconds=5)
    await host_drops(house)
    assert await later(house, seconds=25) is State.LIVE
    assert hears(house, house.wang) == set()
    assert await later(house, seconds=5) is State.PAUSED
    assert (await house.rooms.show(house.wang, house.sitting)).returns_in_s is None


async def test_what_was_written_apart_is_read_by_all_only_if_its_author_lets_them(house: House) -> None:
    await house.gather()
    await house.apart("A")
    offer = await house.chat.say(house.wang, house.sitting, "四万五我可以接受")
    await house.chat.say(house.wang, house.sitting, "最多让到四万")
    remark = await house.chat.say(house.mo, house.sitting, "对方也想和解")
    for line, stranger in ((offer, house.mo), (offer, house.yang), (remark, house.wang)):
        with pytest.raises(NotFound):
            await house.chat.release(stranger, house.sitting, line)
    before = len(await house.news(house.yang, "chat"))
    await house.chat.release(house.wang, house.sitting, offer)
    await house.chat.release(house.wang, house.sitting, offer)  # a second tap says nothing twice
    assert len(await house.news(house.yang, "chat")) == before  # nobody is told outside the joint place
    assert (await house.rooms.show(house.yang, house.sitting)).chat == ()
    await house.together()
    house.clock.advance(seconds=1)
    joint = await house.chat.say(house.mo, house.sitting, "我们继续")
    lines = (await house.rooms.show(house.yang, house.sitting)).chat
    assert [(one.text, one.released) for one in lines] == [("四万五我可以接受", True), ("我们继续", False)]
    with pytest.raises(NotAllowed):
        await house.chat.release(house.mo, house.sitting, joint)


async def test_what_somebody_said_in_declining_is_not_kept(house: House) -> None:
    await house.gather()
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    await house.rooms.decline(house.wang, house.sitting, "我想先问问家里人")
    await house.rooms.close(house.mo, house.sitting)
    async with house.db.read() as tx:
        assert {row.because for row in (await tx.sittings.seats(house.sitting)).values()} == {""}
