"""A check by video: called, come in, seen, decided; left, ended without a result, given up, opened again."""

from dataclasses import dataclass, replace
from datetime import time
from uuid import UUID

import pytest

from odr.db.identity import Identity
from odr.db.outbox import Event
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.domain.identity import MACHINE, Action, IdentityFacts, Shown
from odr.domain.steps import Role, Subject, advance
from odr.domain.video_checks import KEPT_FOR, Hours, Part, Standing
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.media import RoomEvent, SeatConnected, SeatEnding, SeatJoined, SeatLeft
from odr.services.staff_checks import StaffCheckService
from odr.services.video_checks import VideoCheckService
from tests.support.clock import FixedClock
from tests.support.files import MemoryObjects
from tests.support.filings import citizen, open_account
from tests.support.media import FakeMediaRooms

HOURS = Hours(((time(9), time(12)), (time(13, 30), time(17))))


@dataclass
class Desk:
    """`wu` waits for a check by video; `mei` and `lin` may make it; `hu` waits behind `wu`."""

    db: Database
    clock: FixedClock
    media: FakeMediaRooms
    video: VideoCheckService
    checks: StaffCheckService
    wu: Actor
    hu: Actor
    mei: Actor
    lin: Actor

    async def ask(self, actor: Actor, name: str) -> None:
        """Ask for it, the card confirmed before."""
        assert actor.account_id
        person = citizen(name)
        async with self.db.begin() as tx:
            row = await tx.identities.lock(actor.account_id)
            row.name, row.id_number, row.confirmed_at = person.name, person.id_number, self.clock.now()
            row.staff_way, row.staff_asked_at, row.staff_at = "video", self.clock.now(), None
            state = await tx.states.get(MACHINE.name, actor.account_id)
            subject = Subject(actor.account_id, None, state, IdentityFacts())
            change = advance(MACHINE, subject, Action.ASK_STAFF, Role.APPLICANT, now=self.clock.now())
            await tx.record(actor, change)

    async def come(self, *people: Actor) -> None:
        """In with sound and picture."""
        for person in people:
            await self.video.ticket(person, one(self.wu))
            await self.heard(SeatJoined(await self.room(), one(person), "", self.clock.now()))
            await self.heard(SeatConnected(await self.room(), one(person), self.clock.now()))

    async def go(self, person: Actor, ending: SeatEnding = SeatEnding.GONE) -> None:
        await self.heard(SeatLeft(await self.room(), one(person), ending, self.clock.now()))

    async def heard(self, event: RoomEvent) -> None:
        assert self.video.has(event.room_id)
        await self.video.heard(event)

    async def room(self) -> UUID:
        async with self.db.read() as tx:
            check = await tx.video_checks.of(one(self.wu))
            assert check
            return check.id

    async def identity(self) -> tuple[Identity, str | None]:
        async with self.db.read() as tx:
            row = await tx.identities.get(one(self.wu))
            assert row
            return row, await tx.states.get(MACHINE.name, one(self.wu))

    async def events(self, kind: str) -> list[Event]:
        async with self.db.read() as tx:
            return list(await tx.outbox.pending(kind))

    async def notices(self) -> list[str]:
        return [event.payload["name"] for event in await self.events("notice.send")]


def one(person: Actor) -> UUID:
    assert person.account_id
    return person.account_id


@pytest.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    clock.advance(hours=1)  # ten o'clock in China, a Monday
    wu, hu, mei, lin = [
        await open_account(database, name, clock.now()) for name in ("wu", "zhang", "sun", "liu")
    ]
    mei, lin = (replace(person, staff_roles=frozenset({Role.SUPPORT})) for person in (mei, lin))
    media = FakeMediaRooms()
    video = VideoCheckService(database, clock, media, HOURS)
    checks = StaffCheckService(database, clock, Vault(database, MemoryObjects(), bytes(32)))
    made = Desk(database, clock, media, video, checks, wu, hu, mei, lin)
    await made.ask(wu, "wu")
    return made


async def test_the_person_is_called_comes_in_is_seen_and_verified_as_by_any_other_way(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    assert "video_check_open" in await desk.notices()
    await desk.come(desk.mei, desk.wu)
    room = await desk.room()
    assert desk.media.rooms[room].routes == {
        one(desk.wu): {one(desk.mei)},
        one(desk.mei): {one(desk.wu)},
    }
    view = await desk.video.show(desk.wu, one(desk.wu))
    assert (view.part, view.other.standing, view.met) == (Part.PERSON, Standing.HERE, True)
    await desk.video.decide(desk.mei, one(desk.wu), same=True, note="")
    row, state = await desk.identity()
    assert state == "person_matched"  # the register is asked next, as after the camera
    assert (row.staff_same, row.staff_by, row.staff_at, row.staff_seen) == (
        True,
        one(desk.mei),
        desk.clock.now(),
        "video",
    )
    assert len(await desk.events("identity.ask_register")) == 1
    assert room not in desk.media.rooms
    with pytest.raises(NotFound):
        await desk.video.show(desk.wu, one(desk.wu))


async def test_what_is_decided_at_the_counter_says_so(desk: Desk) -> None:
    await desk.checks.decide(desk.mei, one(desk.wu), same=True, note="")
    assert (await desk.identity())[0].staff_seen == "counter"


async def test_nobody_but_the_two_enters_looks_or_ends(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei, desk.wu)
    person = one(desk.wu)
    for stranger, refusal in ((desk.hu, NotPermitted), (desk.lin, NotAllowed)):
        for attempt in (
            desk.video.show(stranger, person),
            desk.video.ticket(stranger, person),
            desk.video.ask(stranger, person, "card"),
            desk.video.decide(stranger, person, same=True, note=""),
            desk.video.end(stranger, person),
            desk.video.open(stranger, person),
        ):
            with pytest.raises(refusal):
                await attempt
    assert {seat for _, seat, _ in desk.media.tickets} == {person, one(desk.mei)}


async def test_the_person_does_not_lead_the_check_even_as_a_member_of_staff(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    himself = replace(desk.wu, staff_roles=frozenset({Role.SUPPORT}))
    await desk.come(desk.mei, himself)
    for attempt in (
        desk.video.decide(himself, one(desk.wu), same=True, note=""),
        desk.video.end(himself, one(desk.wu)),
        desk.video.ask(himself, one(desk.wu), "card"),
    ):
        with pytest.raises(NotPermitted):
            await attempt


async def test_another_member_of_staff_is_told_who_sees_the_person(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.video.open(desk.mei, one(desk.wu))  # by the same again: no effect
    with pytest.raises(NotAllowed) as refused:
        await desk.video.open(desk.lin, one(desk.wu))
    assert "name" in refused.value.values
    (waiting,) = await desk.checks.queue(desk.lin)
    assert waiting.staff_id == one(desk.mei)
    with pytest.raises(NotAllowed, match="just now"):
        await desk.checks.decide(desk.lin, one(desk.wu), same=True, note="")
    assert (await desk.notices()).count("video_check_open") == 1


async def test_it_is_opened_only_with_somebody_who_waits_and_chose_video(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.video.open(desk.mei, one(desk.hu))
    async with desk.db.begin() as tx:
        (await tx.identities.lock(one(desk.wu))).staff_way = "counter"
        tx.audit.add(desk.wu, "identity.way", "identity", one(desk.wu), at=desk.clock.now())
    with pytest.raises(NotAllowed, match="counter"):
        await desk.video.open(desk.mei, one(desk.wu))
    himself = replace(desk.wu, staff_roles=frozenset({Role.SUPPORT}))
    with pytest.raises(NotAllowed, match="himself"):
        await desk.video.open(himself, one(desk.wu))


async def test_whoever_was_not_seen_is_neither_verified_nor_refused(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei)
    for same in (True, False):
        with pytest.raises(NotAllowed, match="not seen each other"):
            await desk.video.decide(desk.mei, one(desk.wu), same=same, note="没有来")
    assert (await desk.identity())[1] == "manual_review"


async def test_a_no_needs_a_reason_which_the_person_reads_and_the_check_stays_open_until_then(
    desk: Desk,
) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei, desk.wu)
    with pytest.raises(BadInput):
        await desk.video.decide(desk.mei, one(desk.wu), same=False, note=" ")
    assert (await desk.video.show(desk.mei, one(desk.wu))).met
    await desk.video.decide(desk.mei, one(desk.wu), same=False, note="与证件照片不符")
    row, state = await desk.identity()
    assert (state, row.staff_note, row.staff_seen) == ("mismatch", "与证件照片不符", "video")


async def test_a_line_that_drops_is_told_to_the_other_and_the_person_comes_back(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    assert (await desk.video.show(desk.mei, one(desk.wu))).other.standing is Standing.EXPECTED
    await desk.come(desk.mei, desk.wu)
    await desk.go(desk.wu, SeatEnding.LOST)
    assert (await desk.video.show(desk.mei, one(desk.wu))).other.standing is Standing.LOST
    desk.clock.advance(minutes=1)
    await desk.come(desk.wu)
    await desk.heard(
        SeatLeft(await desk.room(), one(desk.wu), SeatEnding.REPLACED, desk.clock.now())
    )  # of the connection before
    assert (await desk.video.show(desk.mei, one(desk.wu))).other.standing is Standing.HERE
    await desk.go(desk.wu)
    assert (await desk.video.show(desk.mei, one(desk.wu))).other.standing is Standing.LEFT


async def test_ended_without_a_result_the_person_keeps_the_place_and_is_called_again(desk: Desk) -> None:
    desk.clock.advance(minutes=5)
    await desk.ask(desk.hu, "zhang")
    await desk.video.open(desk.mei, one(desk.wu))
    room = await desk.room()
    await desk.video.end(desk.mei, one(desk.wu))
    assert "video_check_ended" in await desk.notices()
    waiting, behind = await desk.video.waiting(desk.wu), await desk.video.waiting(desk.hu)
    assert waiting
    assert behind
    assert (waiting.place, waiting.called, behind.place) == (1, False, 2)
    await desk.video.open(desk.lin, one(desk.wu))
    assert await desk.room() != room  # an old ticket opens nothing
    called = await desk.video.waiting(desk.wu)
    assert called
    assert called.called


async def test_who_waits_is_told_when_the_calls_begin_again(desk: Desk) -> None:
    now = await desk.video.waiting(desk.wu)
    assert now
    assert (now.opens_at, now.hours) == (None, HOURS.text)
    desk.clock.advance(hours=8)
    later = await desk.video.waiting(desk.wu)
    assert later
    assert later.opens_at
    assert later.opens_at > desk.clock.now()
    assert await desk.video.waiting(desk.hu) is None


async def test_a_check_that_its_member_of_staff_left_is_free_again_after_five_minutes(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei, desk.wu)
    await desk.video.turn(desk.clock.now())
    await desk.go(desk.mei, SeatEnding.LOST)
    desk.clock.advance(minutes=4)
    await desk.video.turn(desk.clock.now())
    assert (await desk.video.show(desk.wu, one(desk.wu))).other.standing is Standing.LOST
    desk.clock.advance(seconds=KEPT_FOR.total_seconds())
    await desk.video.turn(desk.clock.now())
    assert desk.media.rooms == {}
    assert "video_check_ended" in await desk.notices()
    await desk.video.open(desk.lin, one(desk.wu))


async def test_after_a_restart_both_come_in_again_and_what_was_seen_stays_seen(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei, desk.wu)
    desk.media.rooms.clear()
    desk.video = VideoCheckService(desk.db, desk.clock, desk.media, HOURS)
    await desk.video.recover()
    view = await desk.video.show(desk.mei, one(desk.wu))
    assert (view.me.present, view.other.standing, view.met) == (False, Standing.LOST, True)
    await desk.come(desk.mei, desk.wu)
    await desk.video.decide(desk.mei, one(desk.wu), same=True, note="")
    assert (await desk.identity())[1] == "person_matched"


async def test_what_is_asked_in_writing_reaches_the_page_of_the_person(desk: Desk) -> None:
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.video.ask(desk.mei, one(desk.wu), "card")
    assert (await desk.video.show(desk.wu, one(desk.wu))).prompt == "card"
    with pytest.raises(BadInput):
        await desk.video.ask(desk.mei, one(desk.wu), "password")
    async with desk.db.read() as tx:
        told = [news.account_id for news in await tx.pushes.after(0) if news.event == "video_check"]
    assert set(told) == {one(desk.wu), one(desk.mei)}


async def test_a_person_with_another_paper_is_verified_by_what_staff_saw_alone(desk: Desk) -> None:
    shown = Shown("passport", "Anna", "E1234567")
    async with desk.db.begin() as tx:
        row = await tx.identities.lock(one(desk.wu))
        row.document, row.name, row.document_number, row.id_number = shown.document, shown.name, "E1", ""
        tx.audit.add(desk.wu, "identity.paper", "identity", one(desk.wu), at=desk.clock.now())
    await desk.video.open(desk.mei, one(desk.wu))
    await desk.come(desk.mei, desk.wu)
    await desk.video.decide(desk.mei, one(desk.wu), same=True, note="")
    assert (await desk.identity())[1] == "verified"
