"""The hearing on a joint application: its time, its room's minutes, and the exception at the counter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from odr.db.cases import Case
from odr.db.confirmation import Confirmation
from odr.db.convening import Call, convene
from odr.db.hearings import BOTH, Told, judged, minutes, parties, take_down
from odr.db.outbox import Event
from odr.db.uow import Database, Tx
from odr.domain import confirmation
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.papers import chinese_moment
from odr.domain.sittings import Kind
from odr.domain.steps import Role
from odr.errors import BadInput, NotPermitted
from odr.ports.clock import Clock

DECIDE = "C-11"
AT_COUNTER = "人民法院服务窗口（当面询问）"


@dataclass(frozen=True, slots=True)
class CounterHearing:
    """A hearing in person: sides present together, (speaker, text) each, and why it was not in the room."""

    heard: Collection[str]
    talk: Sequence[tuple[str, str]]
    why: str


class HearingService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def schedule(self, actor: Actor, case_id: UUID, starts_at: datetime | None) -> UUID:
        """Fix the hearing within the period for the ruling; None: now. The id is that of its sitting.

        Both sides are told; it takes the place of a hearing fixed before, unless that one's room is open.
        """
        now = self._clock.now()
        at = starts_at or now
        async with self._db.begin() as tx:
            await _accepted(tx, actor, case_id)
            if at < now:
                raise BadInput("Please choose a time that is still to come.", field="day")
            ends = next((row for row in await tx.clocks.running(case_id) if row.rule == DECIDE), None)
            if ends is not None and at >= ends.ends_at:
                raise BadInput("Please choose a time before the last day for the ruling.", field="day")
            call = Call(actor, Role.CONFIRMING_JUDGE, Kind.CONFIRMATION, at, now)
            name = "hearing_moved" if await _fixed_before(tx, case_id) else "hearing_fixed"
            sitting_id = await convene(tx, case_id, call)
            notice: dict[str, Any] = {"subject_id": str(sitting_id), "case_id": str(case_id)}
            values = {"at": chinese_moment(at)}
            tx.outbox.add("notice.send", at=now, name=name, values=values, **notice)
            details = {"sitting": str(sitting_id), "starts_at": at.isoformat()}
            tx.audit.add(
                actor, "hearing.schedule", "confirmation", case_id, at=now, case_id=case_id, **details
            )
        return sitting_id

    async def keep_minutes(self, event: Event) -> None:
        """A room has closed (`confirmation.minutes`: case_id): what was written there becomes the paper."""
        case_id, now = UUID(event.payload["case_id"]), self._clock.now()
        async with self._db.begin() as tx:
            case = await tx.cases.lock(case_id)
            state = await tx.states.get(confirmation.MACHINE.name, case_id)
            if case is None or state != confirmation.State.ACCEPTED:
                return
            row = await tx.confirmations.lock(case_id)
            papers = await take_down(tx, case, row, now)
            sides = ",".join(row.heard)
            tx.audit.add(
                PLATFORM,
                "hearing.keep_minutes",
                "confirmation",
                case_id,
                at=now,
                case_id=case_id,
                papers=papers,
                heard=sides,
            )
            for account_id in await tx.cases.people(case_id):
                tx.pushes.add(account_id, "changed", {"case": str(case_id), "machine": "confirmation"}, now)

    async def record_at_counter(self, actor: Actor, case_id: UUID, hearing: CounterHearing) -> None:
        """The exception: both came to the court and were heard in person; the reason stands in the log."""
        said = [(speaker.strip(), text.strip()) for speaker, text in hearing.talk if text.strip()]
        if not said:
            raise BadInput("Please write down what was asked and answered.", field="text")
        if not hearing.why.strip():
            raise BadInput("Please write why the hearing was not held in the online room.", field="why")
        now = self._clock.now()
        async with self._db.begin() as tx:
            case, row = await _accepted(tx, actor, case_id)
            await take_down(tx, case, row, now)
            row.heard, row.heard_at = sorted(set(hearing.heard) & BOTH), now
            at = chinese_moment(now)
            entries = [
                {"at": at, "speaker": speaker or "法官", "text": text}
                for speaker, text in (*said, ("记录", f"未在线上询问的原因：{hearing.why.strip()}"))
            ]
            there = [f"{one.capacity}{one.name}" for one in await parties(tx, case) if one.side in row.heard]
            row.entries = [*row.entries, *entries]
            tx.order_paper(await minutes(tx, case, row, Told(now, AT_COUNTER, there, entries)), case_id, now)
            details = {"heard": ",".join(row.heard), "why": hearing.why.strip()}
            tx.audit.add(
                actor, "hearing.counter", "confirmation", case_id, at=now, case_id=case_id, **details
            )


async def _fixed_before(tx: Tx, case_id: UUID) -> bool:
    rows = await tx.sittings.of_case(case_id)
    return any(row.kind == Kind.CONFIRMATION and row.closed_at is None for row in rows)


async def _accepted(tx: Tx, actor: Actor, case_id: UUID) -> tuple[Case, Confirmation]:
    """Case and application, for its judge, while a hearing has its place."""
    case, row, _ = await judged(tx, actor, case_id)
    if await tx.states.get(confirmation.MACHINE.name, case_id) != confirmation.State.ACCEPTED:
        raise NotPermitted
    return case, row
