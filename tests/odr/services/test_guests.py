"""Guests of a sitting: asked, seated, called, dismissed, put out; in a talk apart only where they may be."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from odr.db.convening import Call, convene
from odr.db.records import held
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.companions import Companion, Relation
from odr.domain.evidence import answered
from odr.domain.guests import State
from odr.domain.sittings import Kind, Place, SeatRole
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.media import SeatEnding, SeatJoined, SeatLeft
from odr.services.guests import GuestService
from tests.support.clock import FixedClock
from tests.support.filings import citizen, open_account, verify
from tests.support.sittings import House, open_house


@dataclass
class Hall:
    """The house with `hu`, a witness to be, and `lin`, an observer to be."""

    house: House
    guests: GuestService
    hu: Actor
    lin: Actor

    async def ask(self, asker: Actor, kind: str, guest: str) -> str:
        """Ask the citizen; the token of the link in the message."""
        person = citizen(guest)
        await self.guests.invite(asker, self.house.sitting, kind, person.name, person.phone)
        async with self.house.db.read() as tx:
            sent = await tx.outbox.pending("sms.send")
        (path,) = [event.payload["path"] for event in sent if event.payload["to"] == person.phone]
        return str(path.removeprefix("/guests/"))

    async def row(self, kind: str) -> tuple[UUID, State, bool]:
        view = await self.guests.show(self.house.mo, self.house.sitting)
        found = next(one for one in view.guests if one.kind == kind)
        return found.id, found.state, found.seated

    async def place(self, person: Actor) -> tuple[Place, bool]:
        """Where the person stands, and whether anybody is to be heard there."""
        async with self.house.db.read() as tx:
            meeting = await tx.sittings.meeting(self.house.sitting, None)
        heard = self.house.media.rooms[self.house.sitting].routes.get(one(person), frozenset())
        return Place(meeting.seats[one(person)].place), bool(heard)


def one(person: Actor) -> UUID:
    assert person.account_id
    return person.account_id


@pytest.fixture
async def hall(database: Database, clock: FixedClock) -> Hall:
    house = await open_house(database, clock)
    hu, lin = [
        replace(await open_account(database, name, clock.now()), since=clock.now())
        for name in ("zhang", "sun")
    ]
    return Hall(house, GuestService(database, clock, house.media), hu, lin)


async def seated(hall: Hall) -> None:
    """Witness and observer with their seats, everybody in the room's lobby, and the sitting begun."""
    house = hall.house
    await verify(house.db, hall.hu, "zhang", house.clock.now())
    await hall.guests.answer(hall.hu, await hall.ask(house.wang, "witness", "zhang"), accepts=True)
    await hall.guests.answer(hall.lin, await hall.ask(house.wang, "observer", "sun"), accepts=True)
    await hall.guests.agree(house.yang, house.sitting, (await hall.row("observer"))[0], yes=True)
    await house.come(hall.hu, hall.lin)
    await house.gather()


async def test_a_witness_waits_apart_is_called_and_dismissed(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    assert await hall.place(hall.hu) == (Place.LOBBY, False)
    await house.chat.say(house.wang, house.sitting, "证人还不在")
    await house.rooms.admit(house.mo, house.sitting, one(hall.hu))
    assert await hall.place(hall.hu) == (Place.JOINT, True)
    view = await house.rooms.show(hall.hu, house.sitting)
    assert (view.chat, view.minutes) == ((), ())
    await house.rooms.dismiss(house.mo, house.sitting, one(hall.hu))
    assert await hall.place(hall.hu) == (Place.LOBBY, False)
    await house.rooms.joint(house.mo, house.sitting)
    assert await hall.place(hall.hu) == (Place.LOBBY, False)
    assert await house.news(hall.hu, "chat") == []


async def test_a_talk_apart_puts_guests_out_and_the_observer_alone_comes_back_by_himself(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    await house.rooms.admit(house.mo, house.sitting, one(hall.hu))
    await house.apart("A")
    for guest in (hall.hu, hall.lin):
        assert await hall.place(guest) == (Place.LOBBY, False)
    await house.chat.say(house.wang, house.sitting, "只跟调解员说")
    await house.together()
    assert await hall.place(hall.lin) == (Place.JOINT, True)
    assert await hall.place(hall.hu) == (Place.LOBBY, False)
    for guest in (hall.hu, hall.lin):
        assert "调解员说" not in repr(await house.rooms.show(guest, house.sitting))
        assert await house.news(guest, "chat") == []


async def test_an_observer_is_neither_heard_nor_read_and_a_witness_does_not_write(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    await house.rooms.admit(house.mo, house.sitting, one(hall.hu))
    routes = house.media.rooms[house.sitting].routes
    assert routes[one(hall.lin)] >= {one(house.wang), one(house.yang), one(house.mo), one(hall.hu)}
    assert all(one(hall.lin) not in senders for senders in routes.values())
    assert one(hall.hu) in routes[one(house.yang)]
    for guest in (hall.hu, hall.lin):
        with pytest.raises((NotAllowed, NotPermitted)):
            await house.chat.say(guest, house.sitting, "我有话说")
    item = await house.add_exhibit(house.wang, disclosed=True)
    assert (await house.exhibits.show(hall.hu, house.sitting)).items == ()
    await house.exhibits.present(house.wang, house.sitting, item, 1)
    said = answered("", "deny", "admit", "admit", "不是我的字")
    await house.exhibits.give_opinion(house.yang, house.sitting, item, said)
    (shown,) = (await house.exhibits.show(hall.hu, house.sitting)).items
    assert (shown.id, shown.opinions) == (
        item,
        {},
    )  # a witness knows what they know, and not what is said of it
    assert (await house.exhibits.show(house.wang, house.sitting)).items[0].opinions
    assert (await house.exhibits.show(hall.lin, house.sitting)).items == ()
    with pytest.raises(NotPermitted):
        await house.exhibits.put_away(hall.hu, house.sitting)
    with pytest.raises(NotPermitted):
        await house.rooms.ask_to_speak(hall.lin, house.sitting, up=True)
    await house.rooms.ask_to_speak(hall.hu, house.sitting, up=True)


async def test_what_the_sides_write_says_who_reads_it_and_not_who_hears(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    await house.rooms.admit(house.mo, house.sitting, one(hall.hu))
    view = await house.rooms.show(house.wang, house.sitting)
    guests = {citizen("zhang").name, citizen("sun").name}
    assert set(view.hearers) - set(view.readers) == guests
    assert len(view.readers) == 3
    for guest in (hall.hu, hall.lin):
        assert (await house.rooms.show(guest, house.sitting)).readers == ()


async def test_a_shared_screen_goes_on_when_an_observer_is_out(hall: Hall) -> None:
    await seated(hall)
    house, (guest, _, _) = hall.house, await hall.row("observer")
    await house.rooms.share(house.wang, house.sitting)
    await hall.guests.agree(house.yang, house.sitting, guest, yes=False)
    assert one(hall.lin) not in house.media.rooms[house.sitting].routes
    assert house.media.rooms[house.sitting].screens == {one(house.wang)}


async def test_an_observer_is_out_at_once_when_a_side_takes_its_yes_back(hall: Hall) -> None:
    await seated(hall)
    house, (guest, _, _) = hall.house, await hall.row("observer")
    assert await hall.place(hall.lin) == (Place.JOINT, True)
    await hall.guests.agree(house.yang, house.sitting, guest, yes=False)
    assert one(hall.lin) not in house.media.rooms[house.sitting].routes
    assert (house.sitting, one(hall.lin)) in house.media.revoked
    with pytest.raises(NotFound):
        await house.rooms.ticket(hall.lin, house.sitting)
    await hall.guests.agree(house.yang, house.sitting, guest, yes=True)
    await house.come(hall.lin)


async def test_an_observer_whom_the_host_put_out_stays_out_whatever_the_sides_say(hall: Hall) -> None:
    await seated(hall)
    house, (guest, _, _) = hall.house, await hall.row("observer")
    await house.rooms.remove(house.mo, house.sitting, one(hall.lin))
    for yes in (True, False, True):
        await hall.guests.agree(house.yang, house.sitting, guest, yes=yes)
        with pytest.raises(NotFound):
            await house.rooms.ticket(hall.lin, house.sitting)


async def test_an_observer_has_no_seat_before_both_sides_agree(hall: Hall) -> None:
    house = hall.house
    token = await hall.ask(house.mo, "observer", "sun")
    await hall.guests.answer(hall.lin, token, accepts=True)
    guest, state, seat = await hall.row("observer")
    assert (state, seat) == (State.ACCEPTED, False)
    for side in (house.wang, house.yang):
        with pytest.raises(NotFound):
            await house.sittings.invitation(hall.lin, house.sitting)
        await hall.guests.agree(side, house.sitting, guest, yes=True)
    assert (await house.sittings.invitation(hall.lin, house.sitting)).me.role is SeatRole.OBSERVER
    with pytest.raises(NotPermitted):
        await hall.guests.agree(house.mo, house.sitting, guest, yes=True)


async def test_only_the_invited_telephone_answers_and_a_witness_first_shows_who_they_are(hall: Hall) -> None:
    house = hall.house
    token = await hall.ask(house.yang, "witness", "zhang")
    with pytest.raises(NotPermitted):
        await hall.guests.answer(hall.lin, token, accepts=True)
    with pytest.raises(NotAllowed, match="proves"):
        await hall.guests.answer(hall.hu, token, accepts=True)
    assert not (await hall.guests.invitation(hall.hu, token)).seated
    await verify(house.db, hall.hu, "zhang", house.clock.now())
    await hall.guests.answer(hall.hu, token, accepts=True)
    view = await hall.guests.invitation(hall.hu, token)
    assert (view.mine, view.verified, view.seated, view.name) == (True, True, True, citizen("zhang").name)
    with pytest.raises(NotFound):
        await hall.guests.invitation(hall.hu, "x" * 32)


async def test_an_invitation_is_taken_back_by_its_side_or_the_mediator_alone(hall: Hall) -> None:
    await seated(hall)
    house, (guest, _, _) = hall.house, await hall.row("witness")
    await house.rooms.admit(house.mo, house.sitting, one(hall.hu))
    with pytest.raises(NotAllowed):
        await hall.guests.withdraw(house.yang, house.sitting, guest)
    await hall.guests.withdraw(house.mo, house.sitting, guest)
    assert (house.sitting, one(hall.hu)) in house.media.revoked
    assert (await hall.row("witness"))[1:] == (State.WITHDRAWN, False)
    for stranger in (hall.lin, hall.hu):
        with pytest.raises(NotFound):
            await hall.guests.show(stranger, house.sitting)


async def helped(hall: Hall, *, apart: bool) -> UUID:
    """Lin helps Wang from elsewhere, everybody is together; the invitation's id."""
    house = hall.house
    await hall.guests.answer(hall.lin, await hall.ask(house.wang, "helper", "sun"), accepts=True)
    guest, _, _ = await hall.row("helper")
    if apart:
        await hall.guests.agree(house.wang, house.sitting, guest, yes=True)
    await house.come(hall.lin)
    await house.gather()
    assert await hall.place(hall.lin) == (Place.JOINT, True)
    return guest


async def test_a_helper_is_with_the_party_and_marked_and_speaks_for_nobody(hall: Hall) -> None:
    await helped(hall, apart=False)
    house = hall.house
    own = await house.add_exhibit(house.wang, disclosed=False)
    other = await house.add_exhibit(house.yang, disclosed=True)
    await house.chat.say(hall.lin, house.sitting, "他听不清，请慢一点")
    seen = await house.rooms.show(house.yang, house.sitting)
    assert [(line.role, line.text) for line in seen.chat] == [(SeatRole.HELPER_A, "他听不清，请慢一点")]
    assert [news.payload["line"]["role"] for news in await house.news(house.yang, "chat")] == ["helper_a"]
    assert {piece.id for piece in (await house.exhibits.show(hall.lin, house.sitting)).items} == {own, other}
    admits = answered("", "admit", "admit", "admit", "")
    with pytest.raises(NotAllowed):
        await house.exhibits.give_opinion(hall.lin, house.sitting, other, admits)
    with pytest.raises(NotPermitted):
        await house.exhibits.disclose(hall.lin, house.sitting, own)
    with pytest.raises(NotPermitted):
        await house.exhibits.present(hall.lin, house.sitting, own, 1)
    with pytest.raises(NotFound):
        await house.minutes.facts(hall.lin, house.sitting)
    with pytest.raises(NotFound):
        await hall.guests.show(hall.lin, house.sitting)


async def test_a_side_of_which_only_the_helper_is_there_is_not_there(hall: Hall) -> None:
    house = hall.house
    await hall.guests.answer(hall.lin, await hall.ask(house.wang, "helper", "sun"), accepts=True)
    await house.come(hall.lin, house.yang, house.mo)
    with pytest.raises(NotAllowed, match="Both sides"):
        await house.rooms.start(house.mo, house.sitting)


async def test_a_helper_waits_outside_a_talk_apart_in_which_the_party_does_not_want_them(hall: Hall) -> None:
    await helped(hall, apart=False)
    house = hall.house
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    with pytest.raises(NotAllowed):
        await house.rooms.accept(hall.lin, house.sitting)
    await house.rooms.accept(house.wang, house.sitting)
    assert await hall.place(hall.lin) == (Place.PRIVATE_A, False)
    await house.chat.say(house.wang, house.sitting, "只跟调解员说")
    assert "只跟调解员说" not in repr(await house.rooms.show(hall.lin, house.sitting))
    assert await house.news(hall.lin, "chat") == []
    await house.together()
    assert await hall.place(hall.lin) == (Place.JOINT, True)


async def test_a_helper_follows_the_party_into_a_talk_apart_and_is_out_when_no_longer_wanted(
    hall: Hall,
) -> None:
    guest = await helped(hall, apart=True)
    house = hall.house
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    with pytest.raises(NotAllowed, match="wait until"):
        await house.rooms.accept(hall.lin, house.sitting)
    await house.rooms.accept(house.wang, house.sitting)
    await house.rooms.accept(hall.lin, house.sitting)
    assert await hall.place(hall.lin) == (Place.CAUCUS_A, True)
    await house.chat.say(house.wang, house.sitting, "当着协助人说")
    assert len(await house.news(hall.lin, "chat")) == 1
    with pytest.raises(NotPermitted):
        await hall.guests.agree(house.yang, house.sitting, guest, yes=False)
    await hall.guests.agree(house.wang, house.sitting, guest, yes=False)
    assert await hall.place(hall.lin) == (Place.LOBBY, False)
    await house.chat.say(house.wang, house.sitting, "现在只跟调解员说")
    assert len(await house.news(hall.lin, "chat")) == 1
    assert (await house.rooms.show(hall.lin, house.sitting)).chat == ()
    await house.rooms.ask_apart(house.mo, house.sitting, "B")
    await house.rooms.accept(house.yang, house.sitting)
    await house.together()
    assert await hall.place(hall.lin) == (Place.JOINT, True)


async def test_nobody_asks_a_helper_into_a_talk_apart_without_the_party(hall: Hall) -> None:
    await helped(hall, apart=True)
    house = hall.house
    await house.rooms.heard(SeatLeft(house.sitting, one(house.wang), SeatEnding.LOST, house.clock.now()))
    with pytest.raises(NotAllowed, match="Nobody of this side"):
        await house.rooms.ask_apart(house.mo, house.sitting, "A")


async def test_who_was_put_out_stays_out_whatever_the_side_says_of_talks_apart(hall: Hall) -> None:
    guest = await helped(hall, apart=False)
    house = hall.house
    await house.rooms.remove(house.mo, house.sitting, one(hall.lin))
    await hall.guests.agree(house.wang, house.sitting, guest, yes=True)
    with pytest.raises(NotFound):
        await house.rooms.ticket(hall.lin, house.sitting)


async def test_an_interpreter_is_where_the_mediator_is_and_never_with_a_side_alone(hall: Hall) -> None:
    house = hall.house
    token = await hall.ask(house.mo, "interpreter", "sun")
    await hall.guests.answer(hall.lin, token, accepts=True)
    await house.come(hall.lin)
    await house.gather()
    everybody = {one(house.wang), one(house.yang), one(house.mo)}
    assert house.media.rooms[house.sitting].routes[one(hall.lin)] == everybody
    for side, party, other in (("A", house.wang, house.yang), ("B", house.yang, house.wang)):
        await house.apart(side)
        routes = house.media.rooms[house.sitting].routes
        assert routes[one(hall.lin)] == {one(party), one(house.mo)}
        assert one(hall.lin) in routes[one(party)]
        assert routes[one(other)] == frozenset()
        await house.chat.say(party, house.sitting, f"{side}方只对调解员说")
        assert f"{side}方" in repr((await house.rooms.show(hall.lin, house.sitting)).chat)
    await house.together()
    assert (await house.rooms.show(hall.lin, house.sitting)).chat == ()
    await house.chat.say(hall.lin, house.sitting, "译：请再说一遍")
    assert (await house.rooms.show(house.yang, house.sitting)).chat[0].role is SeatRole.INTERPRETER
    item = await house.add_exhibit(house.wang, disclosed=True)
    with pytest.raises(NotPermitted):
        await house.exhibits.present(hall.lin, house.sitting, item, 1)


async def test_to_the_judges_hearing_the_judge_asks_an_interpreter_and_a_side_its_helper(hall: Hall) -> None:
    house, now = hall.house, hall.house.clock.now()
    judge = replace(await open_account(house.db, "zhao", now), since=now)
    async with house.db.begin() as tx:
        call = Call(judge, Role.CONFIRMING_JUDGE, Kind.CONFIRMATION, now + timedelta(minutes=30), now)
        hearing = await convene(tx, house.case_id, call)
    hu, lin = citizen("zhang"), citizen("sun")
    for asker in (judge, house.wang):
        with pytest.raises(NotAllowed, match="not open"):
            await hall.guests.invite(asker, hearing, "observer", lin.name, lin.phone)
    await hall.guests.invite(judge, hearing, "interpreter", hu.name, hu.phone)
    await hall.guests.invite(house.yang, hearing, "helper", lin.name, lin.phone)
    async with house.db.read() as tx:
        sent = {event.payload["to"]: event.payload["path"] for event in await tx.outbox.pending("sms.send")}
    for guest, phone, role in (
        (hall.hu, hu.phone, SeatRole.INTERPRETER),
        (hall.lin, lin.phone, SeatRole.HELPER_B),
    ):
        await hall.guests.answer(guest, sent[phone].removeprefix("/guests/"), accepts=True)
        assert (await house.sittings.invitation(guest, hearing)).me.role is role
    with pytest.raises(NotFound):
        await house.sittings.invitation(hall.hu, house.sitting)


async def test_guests_stand_in_the_minutes_with_their_part(hall: Hall) -> None:
    await helped(hall, apart=False)
    house = hall.house
    await house.rooms.heard(SeatJoined(house.sitting, one(hall.lin), "", house.clock.now()))
    async with house.db.read() as tx:
        kept = await held(tx, await tx.sittings.meeting(house.sitting, None), house.clock.now())
    assert f"{citizen('sun').name}（申请人方协助人）" in kept.attendees


async def test_what_is_wrong_with_an_invitation_is_said_at_its_field(hall: Hall) -> None:
    house, phone = hall.house, citizen("zhang").phone
    for kind, name, number, field in (
        ("judge", "胡", phone, "kind"),
        ("witness", " ", phone, "name"),
        ("witness", "胡", "12", "phone"),
    ):
        with pytest.raises(BadInput) as refused:
            await hall.guests.invite(house.mo, house.sitting, kind, name, number)
        assert refused.value.field == field
    await hall.ask(house.mo, "witness", "zhang")
    with pytest.raises(BadInput, match="already"):
        await hall.ask(house.yang, "witness", "zhang")
    with pytest.raises(NotAllowed, match="interpreter"):
        await hall.ask(house.wang, "interpreter", "sun")


async def test_who_is_beside_a_person_is_told_to_everybody_and_stands_in_the_minutes(hall: Hall) -> None:
    house = hall.house
    await house.sittings.name_companions(
        house.wang, house.sitting, [Companion("王小明", Relation.FAMILY), Companion("李芳", Relation.HELPER)]
    )
    await house.gather()
    view = await house.rooms.show(house.yang, house.sitting)
    (wang,) = [seat for seat in view.seats if seat.id == one(house.wang)]
    assert [each["name"] for each in wang.beside] == ["王小明", "李芳"]
    await house.rooms.heard(SeatJoined(house.sitting, one(house.wang), "", house.clock.now()))
    async with house.db.read() as tx:
        meeting = await tx.sittings.meeting(house.sitting, None)
        kept = await held(tx, meeting, house.clock.now())
    assert [name for name in kept.attendees if "陪同：王小明、李芳" in name]
    await house.sittings.name_companions(house.wang, house.sitting, [])
    assert "王小明" not in repr(await house.rooms.show(house.yang, house.sitting))


async def call_anew(house: House) -> None:
    """The host sets another time; the house's sitting is the new one."""
    now = house.clock.now()
    async with house.db.begin() as tx:
        call = Call(house.mo, Role.MEDIATOR, Kind.MEDIATION, now + timedelta(days=1), now)
        house.sitting = await convene(tx, house.case_id, call)


async def test_guests_come_along_to_the_new_time_of_a_sitting_and_are_told_of_it(hall: Hall) -> None:
    house, before = hall.house, hall.house.sitting
    await verify(house.db, hall.hu, "zhang", house.clock.now())
    witness = await hall.ask(house.wang, "witness", "zhang")
    await hall.guests.answer(hall.hu, witness, accepts=True)
    helper = await hall.ask(house.yang, "helper", "sun")
    await call_anew(house)
    async with house.db.read() as tx:
        told = [one.payload for one in await tx.outbox.pending("sms.send")]
    moved = {one["to"] for one in told if one["template"] == "guest_moved"}
    assert moved == {citizen("zhang").phone, citizen("sun").phone}
    assert (await house.sittings.invitation(hall.hu, house.sitting)).me.role is SeatRole.WITNESS
    tomorrow = house.clock.now() + timedelta(days=1)
    assert (await hall.guests.invitation(hall.hu, witness)).starts_at == tomorrow
    await hall.guests.answer(hall.lin, helper, accepts=True)  # the link of before
    assert (await house.sittings.invitation(hall.lin, house.sitting)).me.role is SeatRole.HELPER_B
    assert (await hall.guests.show(house.mo, before)).guests == ()


async def test_who_was_put_out_said_no_or_is_wanted_no_more_does_not_come_along(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    await house.rooms.remove(house.mo, house.sitting, one(hall.hu))
    await hall.guests.withdraw(house.wang, house.sitting, (await hall.row("observer"))[0])
    house.clock.advance(minutes=1)
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.GONE, house.clock.now()))
    for minutes in (1, 15):
        house.clock.advance(minutes=minutes)
        await house.rooms.turn(house.clock.now())
    await call_anew(house)
    assert (await hall.guests.show(house.mo, house.sitting)).guests == ()


async def test_a_guest_of_an_adjourned_sitting_is_one_of_the_next(hall: Hall) -> None:
    await seated(hall)
    house = hall.house
    await house.rooms.heard(SeatLeft(house.sitting, one(house.mo), SeatEnding.GONE, house.clock.now()))
    for minutes in (1, 15):
        house.clock.advance(minutes=minutes)
        await house.rooms.turn(house.clock.now())
    await call_anew(house)
    for guest, role in ((hall.hu, SeatRole.WITNESS), (hall.lin, SeatRole.OBSERVER)):
        assert (await house.sittings.invitation(guest, house.sitting)).me.role is role
