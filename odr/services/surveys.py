"""The survey after a sitting: answered once by who took part; mediators read averages of groups alone."""

from dataclasses import dataclass
from uuid import UUID

from odr.db.surveys import SurveyAnswer
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.permissions import require, signed_in
from odr.domain.sittings import Kind, SeatRole, State, speaks_for
from odr.domain.steps import Role
from odr.domain.surveys import LEAST, MOST, Answers, Average, N, averages, shown_to_mediator
from odr.errors import BadInput, NotAllowed, NotFound
from odr.ports.clock import Clock


@dataclass(frozen=True, slots=True)
class MediatorRating:
    """What people say of one mediator's sittings; `answers`: how many people said something."""

    mediator: str
    answers: int
    averages: tuple[Average, ...]


@dataclass(frozen=True, slots=True)
class OwnRating:
    """What a mediator sees of his own: averages of whole groups of `least`, () before the first is full."""

    least: int
    averages: tuple[Average, ...]


class SurveyService:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def open_for(self, actor: Actor, sitting_id: UUID) -> bool:
        """Whether this person took part in the sitting, and has not been asked yet."""
        async with self._db.read() as tx:
            return await _asked(tx, signed_in(actor), sitting_id)

    async def answer(self, actor: Actor, sitting_id: UUID, answers: Answers) -> None:
        """Keep the answers; empty ones mean that the person does not want to. NotAllowed the second time."""
        if any(value is not None and not LEAST <= value <= MOST for value in answers.values()):
            raise BadInput
        account_id, now = signed_in(actor), self._clock.now()
        async with self._db.begin() as tx:
            sitting = await tx.sittings.lock(sitting_id)
            if not await _asked(tx, account_id, sitting_id):
                raise NotAllowed("Thank you. You have answered already.")
            tx.surveys.add(
                SurveyAnswer(
                    sitting_id=sitting_id,
                    account_id=account_id,
                    mediator_id=sitting.host_id,
                    understood=answers.understood,
                    fair=answers.fair,
                    easy=answers.easy,
                    at=now,
                )
            )
            tx.audit.add(actor, "survey.answer", "sitting", sitting_id, at=now)

    async def ratings(self, actor: Actor) -> list[MediatorRating]:
        """Of every mediator, for the head."""
        require(actor, Role.DIVISION_HEAD)
        async with self._db.read() as tx:
            found = await tx.surveys.by_mediator()
            names = {one: (await tx.accounts.get(one)).display_name for one in found}
        return sorted(
            (MediatorRating(names[key], len(said), averages(said)) for key, said in found.items()),
            key=lambda one: one.mediator,
        )

    async def own(self, actor: Actor) -> OwnRating:
        """Of the mediator who asks."""
        require(actor, Role.MEDIATOR)
        async with self._db.read() as tx:
            said = (await tx.surveys.by_mediator()).get(signed_in(actor), [])
        return OwnRating(N, shown_to_mediator(said))


async def _asked(tx: Tx, account_id: UUID, sitting_id: UUID) -> bool:
    """For a person of a side whom the room saw, once the mediation is over; NotFound for a stranger."""
    meeting = await tx.sittings.concerning(sitting_id, account_id)
    if meeting.sitting.kind != Kind.MEDIATION:
        raise NotFound
    side = speaks_for(SeatRole(meeting.seats[account_id].role))
    came = {row.account_id for row in await tx.sittings.attendance(sitting_id)}
    if meeting.state is not State.CLOSED or not side or account_id not in came:
        return False
    return await tx.surveys.find(sitting_id, account_id) is None
