"""An offered text read clause by clause: ticks, questions, and that the whole was read.

Rule 1: whatever is said of a text names it. What was said of a former one is refused, and nothing of it is
        kept: clause 2 of the new text may be another.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from odr.db.agreements import Agreement
from odr.db.uow import Database, Tx
from odr.domain.accounts import Actor
from odr.domain.agreements import Said, Ticks, from_record, sentences
from odr.domain.offers import audience
from odr.domain.permissions import Part, part, signed_in
from odr.errors import BadInput, Conflict, NotFound, NotPermitted
from odr.ports.clock import Clock


class TextChanged(Conflict):
    """The text of which the person speaks is no longer offered; `version`: which it was, or 0."""

    def __init__(self, version: int, *, offered: bool) -> None:
        super().__init__(
            "The text was changed after you opened it. What you ticked was said of the former text and does "
            "not count for this one. Please read the new text, and tick its clauses."
            if offered
            else "The text was taken back to be changed. What you ticked does not count for the new one; it "
            "appears here by itself as soon as it is offered."
        )
        self.version = version


class ClauseService:
    """`text` of an act: of which offered text it is said, as the page was told (`AgreementView.text`)."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def tick(
        self, actor: Actor, case_id: UUID, text: str, ticked: Collection[int], unticked: Collection[int]
    ) -> None:
        """Keep single ticks as they are made; a clause that is not named stays as it was said.

        One that comes after the whole was taken as read changes nothing.
        """
        now, account_id = self._clock.now(), signed_in(actor)
        async with self._db.begin() as tx:
            row, who = await _to_read(tx, actor, case_id, text)
            if account_id in await tx.agreements.readings(row.id):
                return
            await _say(tx, row, Ticks(ticked, unticked), now, actor=actor, who=who)

    async def ask(
        self, actor: Actor, case_id: UUID, text: str, ticked: Collection[int], question: int
    ) -> None:
        """Have the mediator explain a clause; the ticks of the page are kept with it."""
        now = self._clock.now()
        async with self._db.begin() as tx:
            row, who = await _to_read(tx, actor, case_id, text)
            if question not in _numbers(row):
                raise NotFound
            await _say(tx, row, Ticks(ticked, asked=question), now, actor=actor, who=who)
            mediator = (await tx.cases.known(case_id)).mediator_id
            if mediator:
                tx.pushes.add(mediator, "changed", {"case": str(case_id), "machine": "agreement"}, now)

    async def read(self, actor: Actor, case_id: UUID, text: str, ticked: Collection[int]) -> None:
        """The person says that he has read the whole text and, in the same moment, what he confirms of it.

        The ticks are kept in any case; BadInput names the clauses that are still open.
        """
        now, account_id = self._clock.now(), signed_in(actor)
        async with self._db.begin() as tx:
            row, who = await _to_read(tx, actor, case_id, text)
            if account_id in await tx.agreements.readings(row.id):
                return
            await _say(tx, row, Ticks(ticked), now, actor=actor, who=who)
            left = sorted(set(_numbers(row)) - set(ticked))
            if not left:
                tx.agreements.read(row, account_id, now)
                tx.audit.add(
                    actor,
                    "agreement.read",
                    "agreement",
                    row.id,
                    at=now,
                    case_id=case_id,
                    base_sha256=row.base_sha256,
                )
                await tx.tell_case(case_id, "agreement", now)
        if left:
            raise BadInput(
                "Please confirm each clause first. Still open: %(numbers)s.",
                field=f"clause-{left[0]}",
                numbers="、".join(map(str, left)),
            )


async def _to_read(tx: Tx, actor: Actor, case_id: UUID, text: str) -> tuple[Agreement, Part]:
    """The offered text, its case held, for one of those who sign it and who speaks of this text."""
    case = await tx.cases.held(case_id)
    who = part(actor, await tx.cases.belonging(case_id))
    versions = await tx.agreements.versions(case_id)
    if not versions:
        raise NotFound
    signatories = {one.account_id for one in await tx.agreements.signatories(case)}
    offered = [one for one in versions if one.offered_at is not None]
    if not offered or signed_in(actor) not in signatories:
        raise NotPermitted
    row = versions[-1]
    if row.offered_at is None or row.base_sha256 != text:
        former = next((one.version for one in offered if one.base_sha256 == text), 0)
        raise TextChanged(former, offered=row.offered_at is not None)
    return row, who


def _numbers(row: Agreement) -> range:
    """The clauses of the text, as printed."""
    return range(1, len(sentences(from_record(row.terms))) + 1)


async def _say(tx: Tx, row: Agreement, page: Ticks, now: datetime, *, actor: Actor, who: Part) -> None:
    """Keep what changes of what the person says of the clauses."""
    account_id = signed_in(actor)
    clauses = await tx.agreements.clauses(row.id)
    before = {one.number: Said(one.said) for one in clauses if one.account_id == account_id}
    for number, said in page.changes(before, _numbers(row)).items():
        await tx.agreements.say(row.id, account_id, number, said, now)
        tx.audit.add(
            actor,
            f"agreement.clause_{said or 'open'}",
            "agreement",
            row.id,
            at=now,
            case_id=row.case_id,
            number=number,
            base_sha256=row.base_sha256,
            audience=audience(frozenset({who.side})),  # a doubt is told to the mediator, no judge
        )
