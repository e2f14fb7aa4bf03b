"""Recordings after they were made: sealed, hashed, composed, watched by whom the table names, deleted.

Rule 1: a row says what is to be done; whoever dies at it is followed by another, who begins anew.
Rule 2: the log has the hash of a track before anything is made of it, and an opening before a byte goes out.
Rule 3: a recording has a key of its own: its deletion destroys that, and no other file of the case.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from odr.db.audit import Discreet
from odr.db.recordings import CLAIM, RecordedTrack, Recording, RecordingMark, RecordingOpening, RecordingPart
from odr.db.uow import Database, Tx
from odr.db.vault import Vault
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.permissions import Part, may, part, signed_in
from odr.domain.recordings import (
    GRACE,
    MACHINE,
    REOPENED_AFTER,
    RULES,
    Action,
    RecordingFacts,
    State,
    second_of,
)
from odr.domain.sittings import Kind
from odr.domain.steps import Role, Subject, advance
from odr.errors import NotFound, NotPermitted, OdrError
from odr.logs import log
from odr.ports.clock import Clock
from odr.ports.recordings import CannotCompose, Composed, PartOnDisk, RecordingFiles

PIECE: Final = 4 * 2**20  # octets: what a player waits for at most, and what memory holds of a file
_log = log(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was sealed."""

    pieces: tuple[str, ...]
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TrackView:
    name: str
    kind: str
    part: int
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class MomentView:
    """A line of the minutes, and where in the film it was said; None: it was not recorded."""

    at: datetime
    speaker: str
    text: str
    second: int | None


@dataclass(frozen=True, slots=True)
class RecordingView:
    """`interrupted`: when servers were cut off; `opened`: who watched and when, for who led the sitting."""

    id: UUID
    state: State
    ordered_at: datetime
    ended_at: datetime | None
    ending: str
    progress: int
    seconds: int
    sha256: str
    size: int
    takes: bool
    marks: tuple[RecordingMark, ...]
    interrupted: tuple[datetime, ...]
    tracks: tuple[TrackView, ...]
    moments: tuple[MomentView, ...]
    opened: tuple[tuple[str, datetime], ...]
    delete_at: datetime | None


@dataclass(frozen=True, slots=True)
class RecordingsView:
    sitting_id: UUID
    case_id: UUID
    number: str
    kind: Kind
    hosts: bool
    recordings: tuple[RecordingView, ...]


@dataclass(frozen=True, slots=True)
class RecordingItem:
    """That a sitting of the case was recorded."""

    sitting_id: UUID
    held_at: datetime


@dataclass(frozen=True, slots=True)
class Film:
    """The composed file; `read` gives the octets from one on to before another."""

    recording_id: UUID
    name: str
    size: int
    pieces: tuple[str, ...]


class RecordingService:
    def __init__(self, db: Database, clock: Clock, files: RecordingFiles, vault: Vault) -> None:
        self._db = db
        self._clock = clock
        self._files = files
        self._vault = vault

    # -- for those who may watch

    async def show(self, actor: Actor, sitting_id: UUID) -> RecordingsView:
        """The recordings of a sitting; NotPermitted for whoever may not see those of its kind."""
        async with self._db.read() as tx:
            sitting = await tx.sittings.get(sitting_id)
            kind = Kind(sitting.kind)
            held = await _held(tx, actor, sitting.case_id)
            if not may(held, RULES[kind].sees):
                raise NotPermitted
            case = await tx.cases.get(sitting.case_id)
            hosts, takes = sitting.host_id == actor.account_id, may(held, RULES[kind].takes)
            rows = await tx.recordings.of_sitting(sitting_id)
            views = tuple([await _view(tx, row, takes=takes, hosts=hosts) for row in rows])
        return RecordingsView(
            sitting_id, sitting.case_id, (case.number if case else "") or "", kind, hosts, views
        )

    async def of_case(self, actor: Actor, case_id: UUID) -> list[RecordingItem]:
        """The recorded sittings that this person may see the recording of, the earliest first."""
        async with self._db.read() as tx:
            held = await _held(tx, actor, case_id)
            seen = {kind for kind in Kind if may(held, RULES[kind].sees)}
            return [
                RecordingItem(one.id, one.started_at or one.starts_at)
                for one in await tx.sittings.of_case(case_id)
                if Kind(one.kind) in seen and await tx.recordings.of_sitting(one.id)
            ]

    async def open(self, actor: Actor, sitting_id: UUID, recording_id: UUID, *, take: bool) -> Film:
        """The film for its player, or as a file; the log knows before it goes out."""
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            row = await tx.recordings.get(recording_id)
            rule, held = RULES[Kind(row.kind)], await _held(tx, actor, row.case_id)
            if row.sitting_id != sitting_id:
                raise NotFound
            if not may(held, rule.takes if take else rule.sees):
                raise NotPermitted
            if await _state(tx, row) is not State.COMPOSED:
                raise NotFound
            known = await tx.recordings.opened_since(row.id, account_id, now - REOPENED_AFTER, took=take)
            if not known:
                tx.recordings.add(
                    RecordingOpening(recording_id=row.id, account_id=account_id, took=take, at=now)
                )
                _audit(tx, actor, "take" if take else "open", row, now, sha256=row.sha256)
            return Film(row.id, row.file_name, row.size_bytes, tuple(row.pieces))

    async def read(self, film: Film, start: int, stop: int) -> AsyncIterator[bytes]:
        """The octets from `start` to before `stop`, a piece at a time."""
        for number in range(start // PIECE, -(-stop // PIECE)):
            place = _place(film.recording_id, film.name, number)
            piece = await self._vault.piece(film.recording_id, film.pieces[number], place)
            first = number * PIECE
            yield piece[max(0, start - first) : stop - first]

    # -- what is to be done: called each second

    async def recover(self) -> None:
        """After a start: what a process that was cut off has left is closed and kept."""
        now = self._clock.now()
        async with self._db.read() as tx:
            rows = await tx.recordings.unfinished()
            kept = {row.id: set(await tx.recordings.parts(row.id)) for row in rows}
        for row in rows:
            left = set(await self._files.parts(row.id)) - kept[row.id]
            if not left:
                continue
            async with self._db.begin() as tx:
                found = await tx.recordings.lock(row.id)
                for number in sorted(left):
                    await tx.recordings.closed(row.id, number)
                work = await tx.recordings.work(row.id)
                work.look_at, work.claimed_until = now, None
                _audit(tx, PLATFORM, "recover", found, now, parts=sorted(left))

    async def turn(self, now: datetime) -> None:
        """Do what is due for every recording; one that fails is looked at again."""
        async with self._db.read() as tx:
            due = await tx.recordings.due(now)
        for recording_id in due:
            try:
                await self._attend(recording_id, now)
            except OdrError as error:
                _log.warning("recording waits", recording=str(recording_id), error=type(error).__name__)
                await self._release(recording_id, self._clock.now() + GRACE)

    async def _attend(self, recording_id: UUID, now: datetime) -> None:
        if not await self._claim(recording_id, now):
            return None
        async with self._db.read() as tx:
            row = await tx.recordings.get(recording_id)
            state = await _state(tx, row)
            parts = await tx.recordings.parts(recording_id)
        if row.delete_at is not None and row.delete_at <= now:
            return await self._delete(row, state)
        if state in (State.ORDERED, State.ENDED):
            await self._keep_parts(row, parts, now)
            state = await self._settle(row, now)
        if state is State.KEPT:
            await self._compose(row)
        return None

    async def _claim(self, recording_id: UUID, now: datetime) -> bool:
        """Whether it is ours to work on: of two workers, one."""
        async with self._db.begin() as tx:
            work = await tx.recordings.work(recording_id)
            if work.claimed_until is not None and work.claimed_until > now:
                return False
            work.claimed_until = now + CLAIM
        return True

    async def _release(self, recording_id: UUID, look_at: datetime | None) -> None:
        async with self._db.begin() as tx:
            work = await tx.recordings.work(recording_id)
            work.claimed_until, work.look_at = None, look_at

    # -- keeping

    async def _keep_parts(self, row: Recording, parts: dict[int, RecordingPart], now: datetime) -> None:
        """Seal what is closed; a part of which nobody said so was cut off, once the end is a while ago."""
        late = row.ended_at is not None and now >= row.ended_at + GRACE
        for number in await self._files.parts(row.id):
            told = parts.get(number)
            if (told is None and not late) or (told is not None and told.kept_at is not None):
                continue
            found = await self._files.close(row.id, number)
            sealed = [await self._seal(row.id, track.name) for track in found.tracks]
            await self._note_part(row, number, found, sealed)

    async def _seal(self, recording_id: UUID, name: str) -> Kept:
        sealer = await self._vault.sealer(PLATFORM, recording_id, self._clock.now())
        keys, digest, size = list[str](), sha256(), 0
        while piece := await self._files.read(recording_id, name, size, PIECE):
            digest.update(piece)
            keys.append(await self._vault.put_piece(sealer, piece, _place(recording_id, name, len(keys))))
            size += len(piece)
        return Kept(tuple(keys), digest.hexdigest(), size)

    async def _note_part(self, row: Recording, number: int, found: PartOnDisk, sealed: list[Kept]) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            await tx.recordings.closed(row.id, number)
            await tx.flush()
            part_row = (await tx.recordings.parts(row.id))[number]
            part_row.began_at, part_row.ended_at = found.began_at, found.ended_at
            part_row.interrupted, part_row.kept_at = found.interrupted, now
            for track, kept in zip(found.tracks, sealed, strict=True):
                tx.recordings.add(
                    RecordedTrack(
                        recording_id=row.id,
                        part=number,
                        account_id=track.seat_id,
                        kind=track.kind,
                        name=track.name,
                        sha256=kept.sha256,
                        size_bytes=kept.size,
                        pieces=list(kept.pieces),
                    )
                )
            hashes = {track.name: kept.sha256 for track, kept in zip(found.tracks, sealed, strict=True)}
            _audit(tx, PLATFORM, "keep_part", row, now, part=number, sha256=hashes)

    async def _settle(self, row: Recording, now: datetime) -> State:
        """The state once every part is kept; what has not ended, or not yet said so, waits."""
        on_disk = set(await self._files.parts(row.id))
        async with self._db.begin() as tx:
            found = await tx.recordings.lock(row.id)
            kept = {key for key, one in (await tx.recordings.parts(row.id)).items() if one.kept_at}
            late = found.ended_at is not None and now >= found.ended_at + GRACE
            whole = found.ended_at is not None and on_disk <= kept and (bool(on_disk) or late)
            if whole:
                some = bool(await tx.recordings.tracks(row.id))
                await _take(tx, found, Action.KEEP if some else Action.DISCARD, now)
            else:
                work = await tx.recordings.work(row.id)
                work.claimed_until, some = None, False
                work.look_at = found.ended_at + GRACE if found.ended_at else None
        if whole and not some:
            await self._files.discard(row.id)
            await self._release(row.id, None)
        return State.KEPT if some else State.EMPTY

    # -- composing

    async def _compose(self, row: Recording) -> None:
        async with self._db.read() as tx:
            meeting = await tx.sittings.meeting(row.sitting_id, None)
            names = {key: seat.name for key, seat in meeting.seats.items()}
            people = frozenset(meeting.seats)

        async def tell(done: float) -> None:
            now = self._clock.now()
            async with self._db.begin() as tx:
                work = await tx.recordings.work(row.id)
                work.progress, work.claimed_until = int(100 * done), now + CLAIM
                _tell(tx, row, people, now)

        try:
            film = await self._files.compose(row.id, names, tell)
        except CannotCompose:
            await self._finish(row, people, None, None)
        else:
            await self._finish(row, people, film, await self._seal(row.id, film.name))
        await self._files.discard(row.id)

    async def _finish(
        self, row: Recording, people: frozenset[UUID], film: Composed | None, kept: Kept | None
    ) -> None:
        now = self._clock.now()
        async with self._db.begin() as tx:
            found = await tx.recordings.lock(row.id)
            await _take(tx, found, Action.COMPOSE if film else Action.GIVE_UP, now)
            work = await tx.recordings.work(row.id)
            work.look_at = work.claimed_until = None
            if film and kept:
                found.pieces, found.sha256, found.size_bytes = list(kept.pieces), kept.sha256, kept.size
                found.file_name = film.name
                found.duration_ms, work.progress = film.duration_ms, 100
                found.spans = [
                    {"at": one.at.isoformat(), "ms": one.ms, "length_ms": one.length_ms}
                    for one in film.stretches
                ]
                _audit(tx, PLATFORM, "film", found, now, sha256=kept.sha256)
            _tell(tx, found, people, now)

    # -- the end of its time

    async def _delete(self, row: Recording, state: State) -> None:
        """Destroy its key, then its pieces; hashes and entries stay."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            found = await tx.recordings.lock(row.id)
            keys = [*found.pieces, *(key for one in await tx.recordings.tracks(row.id) for key in one.pieces)]
            if state in (State.COMPOSED, State.TRACKS_ONLY):
                await _take(tx, found, Action.DELETE, now)
            await tx.sealed.destroy(row.id, now)
            found.delete_at = None
            work = await tx.recordings.work(row.id)
            work.look_at = work.claimed_until = None
            _audit(tx, PLATFORM, "destroy_key", found, now)
        for key in keys:
            await self._vault.delete(key)


async def _held(tx: Tx, actor: Actor, case_id: UUID) -> Part:
    return part(actor, await tx.cases.belonging(case_id))


async def _state(tx: Tx, row: Recording) -> State:
    return State(await tx.states.get(MACHINE.name, row.id) or State.ORDERED)


async def _take(tx: Tx, row: Recording, action: Action, now: datetime) -> None:
    state = await tx.states.lock(MACHINE.name, row.id)
    subject = Subject(row.id, row.case_id, state, RecordingFacts(Kind(row.kind)))
    change = advance(MACHINE, subject, action, Role.CLOCK, now=now)
    await tx.record(PLATFORM, change, within=Discreet(frozenset(), RULES[Kind(row.kind)].audience))


async def _view(tx: Tx, row: Recording, *, takes: bool, hosts: bool) -> RecordingView:
    meeting = await tx.sittings.meeting(row.sitting_id, None)
    names = {key: seat.name for key, seat in meeting.seats.items()}
    parts, work = (await tx.recordings.parts(row.id)).values(), await tx.recordings.work(row.id)
    opened = await tx.recordings.openings(row.id) if hosts else []
    people = {one.account_id: await _name(tx, names, one.account_id) for one in opened}
    return RecordingView(
        row.id,
        await _state(tx, row),
        row.ordered_at,
        row.ended_at,
        row.ending,
        work.progress,
        row.duration_ms // 1000,
        row.sha256,
        row.size_bytes,
        takes,
        tuple(await tx.recordings.marks(row.id)),
        tuple(one.ended_at for one in parts if one.interrupted and one.ended_at),
        tuple(
            TrackView(names.get(one.account_id, ""), one.kind, one.part, one.sha256, one.size_bytes)
            for one in await tx.recordings.tracks(row.id)
        ),
        tuple(
            MomentView(line.at, line.speaker, line.text, second_of(row.spans, line.at))
            for line in await tx.minutes.lines(row.sitting_id)
        )
        if row.spans
        else (),
        tuple((people[one.account_id], one.at) for one in opened),
        row.delete_at,
    )


async def _name(tx: Tx, names: dict[UUID, str], account_id: UUID) -> str:
    return names.get(account_id) or (await tx.accounts.get(account_id)).display_name


def _place(recording_id: UUID, name: str, number: int) -> str:
    return f"{recording_id} {name} {number}"


def _tell(tx: Tx, row: Recording, people: frozenset[UUID], now: datetime) -> None:
    """Open pages of those who had a seat look again."""
    for account_id in people:
        tx.pushes.add(account_id, "changed", {"case": str(row.case_id), "machine": MACHINE.name}, now)


def _audit(tx: Tx, actor: Actor, action: str, row: Recording, now: datetime, **details: Any) -> None:
    tx.audit.add(
        actor,
        f"recording.{action}",
        MACHINE.name,
        row.id,
        at=now,
        case_id=row.case_id,
        audience=RULES[Kind(row.kind)].audience,
        **details,
    )
