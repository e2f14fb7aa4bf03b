"""The recording of a room: asked for, agreed to, held, ended; and media told of each with the routes."""

from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.recordings import MARK, State
from odr.errors import NotAllowed, NotPermitted
from odr.ports.media import RecordingClosed, Tape
from odr.services.rooms.views import RecordingView
from tests.support.clock import FixedClock
from tests.support.sittings import House, open_house


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


def one(person: Actor) -> UUID:
    assert person.account_id
    return person.account_id


def tape(house: House) -> Tape | None:
    return house.media.rooms[house.sitting].tape


def heard(house: House) -> frozenset[UUID]:
    found = tape(house)
    return found.seats if found else frozenset()


async def told(house: House, person: Actor) -> RecordingView | None:
    return (await house.rooms.show(person, house.sitting)).recording


async def ended(house: House, person: Actor) -> str:
    return (await house.rooms.show(person, house.sitting)).recording_ended


async def minutes(house: House) -> list[str]:
    async with house.db.read() as tx:
        return [line.text for line in await tx.minutes.lines(house.sitting) if line.speaker == MARK]


async def begun(house: House) -> None:
    """All together, asked and agreed."""
    await house.gather()
    await house.rooms.record(house.mo, house.sitting)
    for person in (house.wang, house.yang):
        await house.rooms.answer_recording(person, house.sitting, agrees=True)
    house.clock.advance(seconds=1)


async def test_nothing_is_recorded_before_everybody_has_said_yes(house: House) -> None:
    await house.gather()
    await house.rooms.record(house.mo, house.sitting)
    view = await told(house, house.wang)
    assert view == RecordingView(False, "unanswered", True, True, False, ())
    assert len((await told(house, house.mo) or view).waits_for) == 2
    assert heard(house) == frozenset()
    await house.rooms.answer_recording(house.wang, house.sitting, agrees=True)
    assert heard(house) == frozenset()
    await house.rooms.answer_recording(house.yang, house.sitting, agrees=True)
    assert heard(house) == {one(person) for person in (house.mo, house.wang, house.yang)}
    assert await told(house, house.yang) == RecordingView(True, "", True, False, True, ())
    assert await minutes(house) == ["录音录像开始。"]


async def test_a_no_ends_it_and_so_does_a_yes_that_is_taken_back(house: House) -> None:
    await house.gather()
    await house.rooms.record(house.mo, house.sitting)
    await house.rooms.answer_recording(house.yang, house.sitting, agrees=False)
    assert (tape(house), await told(house, house.wang)) == (None, None)
    assert await ended(house, house.wang) == "refuse"
    assert await minutes(house) == []  # it had never begun
    await house.rooms.record(house.mo, house.sitting)
    assert await ended(house, house.wang) == ""
    for person in (house.wang, house.yang):
        await house.rooms.answer_recording(person, house.sitting, agrees=True)
    assert heard(house)
    house.clock.advance(seconds=1)
    await house.rooms.answer_recording(house.wang, house.sitting, agrees=False)
    assert tape(house) is None
    assert await minutes(house) == ["录音录像开始。", "录音录像结束：有人不同意录制。"]


async def test_only_the_host_orders_and_stops_and_only_together(house: House) -> None:
    await house.come(house.wang, house.yang, house.mo)
    with pytest.raises(NotAllowed):
        await house.rooms.record(house.mo, house.sitting)  # not begun
    await house.rooms.start(house.mo, house.sitting)
    for person in (house.wang, house.yang):
        with pytest.raises(NotPermitted):
            await house.rooms.record(person, house.sitting)
    await house.apart("A")
    with pytest.raises(NotAllowed):
        await house.rooms.record(house.mo, house.sitting)
    await house.together()
    await house.rooms.record(house.mo, house.sitting)
    with pytest.raises(NotAllowed):
        await house.rooms.record(house.mo, house.sitting)  # one is on
    with pytest.raises(NotPermitted):
        await house.rooms.stop_recording(house.wang, house.sitting)
    await house.rooms.stop_recording(house.mo, house.sitting)
    assert tape(house) is None


async def test_a_talk_apart_is_recorded_of_nobody_and_the_host_goes_on_after_it(house: House) -> None:
    await begun(house)
    first = tape(house)
    await house.rooms.ask_apart(house.mo, house.sitting, "A")
    assert heard(house)  # nobody has gone yet
    await house.rooms.accept(house.wang, house.sitting)
    apart = house.media.rooms[house.sitting].tapes[-2:]  # both matrices of the move
    assert [one.seats for one in apart if one] == [frozenset(), frozenset()]
    with pytest.raises(NotAllowed):
        await house.rooms.record(house.mo, house.sitting)
    house.clock.advance(seconds=1)
    await house.together()
    assert heard(house) == frozenset()
    view = await told(house, house.yang)
    assert view
    assert (view.on, view.why) == (False, "rests")
    await house.rooms.record(house.mo, house.sitting)
    assert heard(house) == {one(person) for person in (house.mo, house.wang, house.yang)}
    assert first
    assert tape(house) == Tape(first.recording_id, heard(house))
    assert await minutes(house) == [
        "录音录像开始。",
        "录音录像中断：调解员与一方单独谈话，单独谈话不录制。",
        "录音录像继续。",
    ]


async def test_who_comes_back_need_not_be_asked_again(house: House) -> None:
    await begun(house)
    await house.rooms.ticket(house.yang, house.sitting)
    assert one(house.yang) not in heard(house)
    assert one(house.wang) in heard(house)
    view = await told(house, house.yang)
    assert view
    assert (view.asks, view.agreed) == (False, True)


async def test_after_a_crash_it_goes_on_once_they_are_together_again(house: House) -> None:
    await begun(house)
    recording = tape(house)
    house.media.rooms.clear()
    await house.rooms.recover()
    assert (await minutes(house))[-1] == "录音录像中断：会场内无人。"
    house.clock.advance(seconds=1)
    for person in (house.mo, house.wang, house.yang):
        await house.rooms.ticket(person, house.sitting)
        await house.rooms._moves.bring_back(house.sitting)
    assert tape(house) == recording
    assert (await minutes(house))[-1] == "录音录像继续。"


async def test_a_full_disk_ends_it_and_everybody_is_told(house: House) -> None:
    await begun(house)
    found = tape(house)
    assert found
    event = RecordingClosed(
        house.sitting, found.recording_id, 0, "No space left on device", house.clock.now()
    )
    await house.rooms.recording_closed(event)
    assert tape(house) is None
    assert await ended(house, house.mo) == "fail"
    assert (await minutes(house))[-1].startswith("录音录像结束：存储空间不足")
    async with house.db.read() as tx:
        assert await tx.states.get("recording", found.recording_id) == State.ENDED
        assert await tx.recordings.due(house.clock.now()) == [found.recording_id]


async def test_the_end_of_the_sitting_ends_it(house: House) -> None:
    await begun(house)
    found = tape(house)
    await house.rooms.close(house.mo, house.sitting)
    assert found
    async with house.db.read() as tx:
        row = await tx.recordings.get(found.recording_id)
        marks = await tx.recordings.marks(row.id)
        acts = [entry.action for entry in await tx.audit.of_case(house.case_id)]
    assert (row.ending, [(mark.on, mark.why) for mark in marks]) == ("close", [(True, ""), (False, "close")])
    assert {"recording.order", "recording.agree", "recording.on", "recording.off", "recording.close"} <= set(
        acts
    )


async def test_nobody_without_a_seat_answers(house: House, database: Database) -> None:
    await begun(house)
    await house.rooms.stop_recording(house.mo, house.sitting)
    with pytest.raises(NotAllowed):
        await house.rooms.answer_recording(house.wang, house.sitting, agrees=False)
