"""A recording after it was made: kept, hashed, composed, watched, deleted; whatever is killed meanwhile."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import av
import pytest

from odr.adapters.media.recordings import LocalRecordings
from odr.adapters.objects.filesystem import FilesystemObjects
from odr.db.uow import Database
from odr.db.vault import Vault
from odr.domain.accounts import Actor
from odr.domain.recordings import GRACE, State
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted
from odr.ports.media import RecordingClosed
from odr.services.recordings import RecordingService, RecordingView
from tests.rtc.recording.sources import record_talk
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.sittings import House, open_house

ROOT = Path(__file__).parents[3]


@dataclass
class Archive:
    """The house with a recording of wang and yang on a disk."""

    house: House
    service: RecordingService
    spool: Path
    objects: Path
    id: UUID

    def folder(self, part: int) -> Path:
        return self.spool / str(self.id) / f"{part:03}"

    def talk(self, part: int = 0, seconds: int = 3) -> dict[str, str]:
        """A part is recorded; the hash of each of its files."""
        seats = (str(self.house.wang.account_id), str(self.house.yang.account_id))
        record_talk(self.folder(part), seconds, seats=seats, at=self.house.clock.now())
        self.house.clock.advance(seconds=seconds)
        return {one.stem: sha256(one.read_bytes()).hexdigest() for one in self.folder(part).glob("*.webm")}

    async def closed(self, part: int = 0) -> None:
        event = RecordingClosed(self.house.sitting, self.id, part, "", self.house.clock.now())
        await self.house.rooms.recording_closed(event)

    async def turn(self) -> None:
        await self.service.turn(self.house.clock.now())

    async def seen(self, person: Actor | None = None) -> RecordingView:
        (found,) = (await self.service.show(person or self.house.mo, self.house.sitting)).recordings
        return found

    async def film(self, person: Actor) -> bytes:
        film = await self.service.open(person, self.house.sitting, self.id, take=False)
        return b"".join([piece async for piece in self.service.read(film, 0, film.size)])

    async def acts(self) -> list[str]:
        async with self.house.db.read() as tx:
            return [one.action for one in await tx.audit.of_case(self.house.case_id)]


@pytest.fixture
async def archive(database: Database, clock: FixedClock, tmp_path: Path) -> Archive:
    house = await open_house(database, clock)
    objects = FilesystemObjects(tmp_path / "objects", bytes(32))
    files = LocalRecordings(tmp_path / "spool", (), ROOT)
    service = RecordingService(database, clock, files, Vault(database, objects, bytes(32)))
    await house.gather()
    await house.rooms.record(house.mo, house.sitting)
    for person in (house.wang, house.yang):
        await house.rooms.answer_recording(person, house.sitting, agrees=True)
    tape = house.media.rooms[house.sitting].tape
    assert tape
    return Archive(house, service, tmp_path / "spool", tmp_path / "objects", tape.recording_id)


async def test_it_is_sealed_hashed_composed_and_played(archive: Archive) -> None:
    hashes, house = archive.talk(), archive.house
    await house.minutes.write(house.mo, house.sitting, "调解员甲", "我们开始吧")
    await house.rooms.stop_recording(house.mo, house.sitting)
    await archive.turn()
    assert (await archive.seen()).state is State.ENDED  # its files may still be open
    await archive.closed()
    await archive.turn()
    view = await archive.seen(house.wang)
    assert view.state is State.COMPOSED
    assert sorted(one.sha256 for one in view.tracks) == sorted(hashes.values())
    film = await archive.film(house.yang)
    assert sha256(film).hexdigest() == view.sha256
    with av.open(io.BytesIO(film), "r") as container:
        assert {stream.type for stream in container.streams} == {"audio", "video"}
        assert abs((container.duration or 0) / 1_000_000 - 3) < 0.3
    said = next(one for one in view.moments if one.text == "我们开始吧")
    assert said.second in (2, 3)
    assert not (archive.spool / str(archive.id)).exists()
    sealed = b"".join(one.read_bytes() for one in archive.objects.rglob("*") if one.is_file())
    assert b"webm" not in sealed
    assert film[100:400] not in sealed
    async with house.db.read() as tx:
        entries = await tx.audit.of_case(house.case_id)
    kept = next(one for one in entries if one.action == "recording.keep_part")
    assert set(kept.details["sha256"].values()) == set(hashes.values())
    assert all(one.details["audience"] == "talks" for one in entries if one.subject == "recording")


async def test_what_a_killed_server_left_is_found_closed_and_listed_as_interrupted(archive: Archive) -> None:
    archive.talk(0)
    for path in archive.folder(0).glob("*.webm"):  # as a kill leaves it: no end, the last cluster cut off
        whole = path.read_bytes()
        size_at = whole.index(b"\x18\x53\x80\x67") + 4
        unended = whole[:size_at] + b"\x01" + 7 * b"\xff" + whole[size_at + 8 :]
        path.write_bytes(unended[: unended.rindex(b"\x1c\x53\xbb\x6b") - 20])
    log = archive.folder(0) / "log.jsonl"
    log.write_bytes(log.read_bytes()[:-9])
    cut_off_at = archive.house.clock.now()
    await archive.house.rooms.recover()
    await archive.service.recover()
    await archive.turn()
    view = await archive.seen()
    assert view.state is State.ORDERED  # it goes on when they are together again
    assert len(view.tracks) == 4
    (interrupted,) = view.interrupted
    assert timedelta(0) <= cut_off_at - interrupted < timedelta(seconds=1.5)
    archive.talk(1)
    await archive.closed(1)
    await archive.house.rooms.close(archive.house.mo, archive.house.sitting)
    await archive.turn()
    view = await archive.seen()
    assert (view.state, {one.part for one in view.tracks}) == (State.COMPOSED, {0, 1})
    assert 4 <= view.seconds <= 6


async def test_a_part_of_which_nobody_said_that_it_is_closed_is_kept_after_a_while(archive: Archive) -> None:
    archive.talk(0)
    archive.talk(1)
    await archive.closed(1)
    await archive.house.rooms.stop_recording(archive.house.mo, archive.house.sitting)
    await archive.turn()
    assert (await archive.seen()).state is State.ENDED
    archive.house.clock.advance(seconds=GRACE.total_seconds())
    await archive.turn()
    assert (await archive.seen()).state is State.COMPOSED


async def test_what_never_began_leaves_nothing(archive: Archive) -> None:
    await archive.house.rooms.stop_recording(archive.house.mo, archive.house.sitting)
    archive.house.clock.advance(seconds=GRACE.total_seconds())
    await archive.turn()
    await archive.turn()
    assert (await archive.seen()).state is State.EMPTY


async def test_of_two_workers_one_does_it_and_a_dead_one_is_followed(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.talk()
    await archive.closed()
    await archive.house.rooms.stop_recording(archive.house.mo, archive.house.sitting)

    async def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(archive.service._files, "compose", die)
        with pytest.raises(KeyboardInterrupt):
            await archive.turn()
    await archive.turn()
    assert (await archive.seen()).state is State.KEPT  # still claimed by the dead one
    archive.house.clock.advance(minutes=3)
    await archive.turn()
    assert (await archive.seen()).state is State.COMPOSED


async def test_whom_the_table_does_not_name_sees_nothing(archive: Archive) -> None:
    house = archive.house
    archive.talk()
    await archive.closed()
    await house.rooms.stop_recording(house.mo, house.sitting)
    await archive.turn()
    stranger = replace(await open_account(house.db, "liu", house.clock.now()), since=house.clock.now())
    async with house.db.begin() as tx:
        case = await tx.cases.lock(house.case_id)
        assert case
        judge = tx.accounts.add("+8613800000066", house.clock.now(), "法官乙")
        await tx.flush()
        case.judge_id = case.confirming_judge_id = judge.id
        tx.audit.add(house.mo, "case.assign", "case", case.id, at=house.clock.now())
    seen = await archive.service.of_case(house.wang, house.case_id)
    assert [one.sitting_id for one in seen] == [house.sitting]
    for person in (stranger, Actor(judge.id, frozenset({Role.FILING_JUDGE, Role.CONFIRMING_JUDGE}))):
        with pytest.raises((NotFound, NotPermitted)):
            await archive.service.show(person, house.sitting)
        with pytest.raises((NotFound, NotPermitted)):
            await archive.film(person)
    for person in (house.mo, house.wang):
        with pytest.raises(NotPermitted):  # a mediation's goes round as no file
            await archive.service.open(person, house.sitting, archive.id, take=True)


async def test_each_opening_is_written_down_and_looking_on_is_one(archive: Archive) -> None:
    house = archive.house
    archive.talk()
    await archive.closed()
    await house.rooms.stop_recording(house.mo, house.sitting)
    await archive.turn()
    for _ in range(3):
        await archive.film(house.wang)
    await archive.film(house.yang)
    assert (await archive.acts()).count("recording.open") == 2
    house.clock.advance(hours=2)
    await archive.film(house.wang)
    assert (await archive.acts()).count("recording.open") == 3
    assert len((await archive.seen(house.mo)).opened) == 3
    assert (await archive.seen(house.wang)).opened == ()


async def test_a_mediations_recording_is_deleted_in_time(archive: Archive) -> None:
    house = archive.house
    archive.talk()
    await archive.closed()
    await house.rooms.stop_recording(house.mo, house.sitting)
    await archive.turn()
    house.clock.advance(days=91)
    await archive.turn()
    view = await archive.seen()
    assert view.state is State.DELETED
    assert view.sha256  # of what was there once
    assert not [one for one in archive.objects.rglob("*") if one.is_file()]
    with pytest.raises(NotFound):
        await archive.film(house.wang)
    before = len(await archive.acts())
    await archive.turn()
    assert len(await archive.acts()) == before


async def test_a_range_of_the_film_comes_from_its_pieces(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odr.services.recordings.PIECE", 1000)
    house = archive.house
    archive.talk()
    await archive.closed()
    await house.rooms.stop_recording(house.mo, house.sitting)
    await archive.turn()
    whole = await archive.film(house.wang)
    film = await archive.service.open(house.wang, house.sitting, archive.id, take=False)
    assert len(film.pieces) > 5
    for start, stop in ((0, 1), (999, 1001), (1500, 4200), (film.size - 5, film.size)):
        assert b"".join([one async for one in archive.service.read(film, start, stop)]) == whole[start:stop]
