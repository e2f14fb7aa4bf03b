"""The negotiation as the people of a case live it: who learns what, and what an accepted offer becomes."""

from collections.abc import AsyncIterator, Awaitable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from odr.db.uow import Database
from odr.domain import mediation, offers
from odr.domain.accounts import Actor
from odr.domain.dossier import may_know
from odr.domain.offers import Offered, Plan, State, Validity, instalments
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted, TooMany
from odr.services.mediation import MediationService
from odr.services.offers import OfferService, OfferView
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import TERMS, Table, waiting
from tests.support.careless import careless
from tests.support.clock import FixedClock

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
AMOUNT = 4_567_800


def sum_of(amount_fen: int = AMOUNT, number: int = 3) -> Offered:
    return Offered("B", amount_fen, instalments(Plan(amount_fen, number, date(2026, 9, 30))))


class Talks:
    """The table and its offers."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.offers = OfferService(table.db, table.clock)

    async def make(
        self, key: str, offered: Offered | None = None, *, to: str = "", counters: UUID | None = None
    ) -> UUID:
        self.table.clock.advance(seconds=1)
        one = offered or sum_of()
        return await self.offers.make(
            self.table[key], self.table.case_id, one, Validity.THREE_DAYS, to=to, counters=counters
        )

    async def answer(self, key: str, offer: UUID, *, yes: bool) -> State:
        return await self.offers.answer(self.table[key], self.table.case_id, offer, yes=yes)

    async def seen(self, key: str) -> dict[UUID, OfferView]:
        view = await self.offers.show(self.table[key], self.table.case_id)
        return {one.id: one for one in view.offers}

    async def told(self) -> list[tuple[str, UUID | None]]:
        """Machine and account of everything that open pages were told so far."""
        async with self.table.db.read() as tx:
            return [(str(news.payload.get("machine")), news.account_id) for news in await tx.pushes.after(0)]

    async def dossier(self, key: str) -> list[str]:
        """The acts that stand in the person's dossier, with everything that their entries say."""
        async with self.table.db.read() as tx:
            audiences = await tx.cases.audiences(self.table.case_id, self.table[key].account_id)
            rows = await tx.audit.of_case(self.table.case_id)
            known = [row for row in rows if may_know(row.action, row.details, audiences)]
            return [f"{row.action} {row.details}" for row in known if "set_up" not in row.action]


@pytest.fixture
async def talks(clock: FixedClock, tmp_path: Path) -> AsyncIterator[Talks]:
    """On SQLite, which is quick to make; the first test plays on every kind of database."""
    db = careless(Database(f"sqlite+aiosqlite:///{tmp_path / 'talks.db'}"))
    await db.create_all()
    yield Talks(await Table(db, clock, tmp_path).open())
    await db.close()


async def test_an_accepted_offer_becomes_the_draft_and_nothing_more(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    talks = Talks(await Table(database, clock, tmp_path).open())
    offer = await talks.make("liu")
    assert await talks.answer("wang", offer, yes=True) is State.ACCEPTED
    table = talks.table
    draft = await table.agreements.draft(table["mediator"], table.case_id)
    assert [one.amount_fen for one in draft.terms.payments] == [AMOUNT]
    assert draft.terms.payments[0].instalments[0].due == date(2026, 9, 30)
    assert (draft.terms.applicant, draft.terms.respondent) == ("王示范", "赵模拟")
    assert (await table.agreements.show(table["wang"], table.case_id)).lines == ()  # nobody was shown it yet
    async with table.db.read() as tx:
        assert await tx.states.get("mediation", table.case_id) == mediation.State.IN_SESSION
        assert "offer_accepted" in {event.payload["name"] for event in await waiting(tx, "notice.send")}


async def test_an_account_written_before_stays_in_the_draft(talks: Talks) -> None:
    table = talks.table
    await table.agreements.save(table["mediator"], table.case_id, TERMS)
    await talks.answer("liu", await talks.make("wang"), yes=True)
    draft = await table.agreements.draft(table["mediator"], table.case_id)
    assert draft.terms.payments[0].account == TERMS.payments[0].account
    assert draft.terms.claims == TERMS.claims
    assert draft.version == 2


async def test_a_counter_offer_answers_the_first(talks: Talks) -> None:
    first = await talks.make("wang")
    second = await talks.make("liu", sum_of(3_000_000), counters=first)
    seen = await talks.seen("wang")
    assert (seen[first].state, seen[second].counters) == (State.COUNTERED, first)
    with pytest.raises(NotAllowed):
        await talks.answer("liu", first, yes=True)
    assert await talks.answer("wang", second, yes=True) is State.ACCEPTED


async def test_a_new_offer_takes_the_place_of_ones_own(talks: Talks) -> None:
    first, second = await talks.make("wang"), await talks.make("wang", sum_of(4_000_000))
    assert (await talks.seen("liu"))[first].state is State.WITHDRAWN
    with pytest.raises(NotAllowed):
        await talks.answer("wang", second, yes=True)


async def test_an_offer_that_comes_once_more_in_a_moment_is_one_and_later_it_is_renewed(talks: Talks) -> None:
    first = await talks.make("wang")
    counter = await talks.make("liu", sum_of(3_000_000), counters=first)
    assert await talks.make("liu", sum_of(3_000_000), counters=first) == counter
    assert (await talks.seen("wang"))[counter].state is State.OPEN
    async with talks.table.db.read() as tx:
        told = [row.payload["name"] for row in await waiting(tx, "notice.send")]
    assert told.count("offer_for_a") == 1
    talks.table.clock.advance(minutes=3)
    assert await talks.make("liu", sum_of(3_000_000)) != counter


async def test_an_answer_that_comes_once_more_was_heard_and_another_one_comes_too_late(talks: Talks) -> None:
    offer = await talks.make("wang")
    for _ in range(2):
        assert await talks.answer("liu", offer, yes=True) is State.ACCEPTED
    with pytest.raises(NotAllowed):
        await talks.answer("liu", offer, yes=False)
    async with talks.table.db.read() as tx:
        told = [row.payload["name"] for row in await waiting(tx, "notice.send")]
    assert told.count("offer_accepted") == 1


async def test_the_clock_ends_an_offer_and_late_is_late_before_it_rings(talks: Talks) -> None:
    table, offer = talks.table, await talks.make("wang")
    async with table.db.read() as tx:
        event = (await waiting(tx, "offer.lapse"))[0]
    table.clock.advance(days=4)
    with pytest.raises(NotAllowed) as late:
        await talks.answer("liu", offer, yes=True)
    assert late.value.article == "CC 481"
    for _ in range(2):  # at least once is delivered
        await talks.offers.lapse(event)
    assert (await talks.seen("liu"))[offer].state is State.LAPSED


async def test_when_the_mediation_ends_nothing_lies_on_the_table(talks: Talks) -> None:
    table, offer = talks.table, await talks.make("wang")
    await MediationService(table.db, table.clock).end(table["liu"], table.case_id)
    with pytest.raises(NotAllowed):
        await talks.answer("liu", offer, yes=True)
    async with table.db.read() as tx:
        (event,) = await waiting(tx, "offer.close")
    await talks.offers.close(event)
    assert (await talks.seen("liu"))[offer].state is State.LAPSED


@pytest.mark.parametrize(
    ("first", "second", "end"),
    [(True, True, State.ACCEPTED), (True, False, State.DECLINED), (False, True, State.DECLINED)],
)
async def test_a_proposal_to_both_says_only_whether_both_said_yes(
    talks: Talks, first: bool, second: bool, end: State
) -> None:
    offer = await talks.make("mediator")
    before = len(await talks.told())
    assert await talks.answer("wang", offer, yes=first) is State.OPEN
    told = {account for _, account in (await talks.told())[before:]}
    assert told == {talks.table["wang"].account_id, talks.table["mediator"].account_id}
    other = (await talks.seen("liu"))[offer]
    assert (other.state, other.answers) == (State.OPEN, {})
    assert other.actions == {"yes", "no"}
    assert not any("offer.answer" in act for act in await talks.dossier("liu"))
    assert await talks.answer("liu", offer, yes=second) is end
    assert (await talks.seen("liu"))[offer].answers == {"B": "yes" if second else "no"}
    assert len((await talks.seen("mediator"))[offer].answers) == 2


async def test_a_proposal_to_one_side_leaves_no_trace_for_the_other(talks: Talks) -> None:
    before = len(await talks.told())
    offer = await talks.make("mediator", to="A")
    assert offer not in await talks.seen("liu")
    with pytest.raises(NotFound):
        await talks.answer("liu", offer, yes=True)
    assert await talks.answer("wang", offer, yes=True) is State.WELCOMED
    told = {account for _, account in (await talks.told())[before:]}
    assert talks.table["liu"].account_id not in told
    assert not any("offer" in act for act in await talks.dossier("liu"))
    assert any("offer.welcome" in act for act in await talks.dossier("wang"))
    async with talks.table.db.read() as tx:
        assert await tx.agreements.newest(talks.table.case_id) is None
        events = await waiting(tx, "notice.send")
    assert {e.payload["audience"] for e in events} == {"talks:A"}


async def test_of_each_act_of_the_talks_only_the_right_pages_hear(talks: Talks) -> None:
    """Every step of the table is taken, by each side where sides differ; the judge hears of none."""
    table, taken = talks.table, set[str]()
    async with table.db.begin() as tx:
        case = await tx.cases.held(table.case_id)
        case.confirming_judge_id = case.judge_id = table["judge"].account_id
        tx.audit.add(table["judge"], "case.set_up", "case", case.id, at=table.clock.now(), case_id=case.id)

    async def hear(*keys: str, act: Awaitable[Any]) -> Any:
        async with table.db.read() as tx:
            seen = {row.id for row in await tx.audit.of_case(table.case_id)}
        before = len(await talks.told())
        done = await act
        told = {account for machine, account in (await talks.told())[before:] if machine == "offer"}
        assert told == {table[key].account_id for key in keys}
        async with table.db.read() as tx:
            rows = [row for row in await tx.audit.of_case(table.case_id) if row.id not in seen]
        taken.update(row.action for row in rows if row.subject == "offer")
        return done

    all_three = ("wang", "liu", "mediator")
    first = await hear(*all_three, act=talks.make("wang"))
    second = await hear(*all_three, act=talks.make("liu", counters=first))
    await hear(*all_three, act=talks.answer("wang", second, yes=False))
    third = await hear(*all_three, act=talks.make("wang"))
    await hear(*all_three, act=talks.offers.withdraw(table["wang"], table.case_id, third))
    for side, key in (("A", "wang"), ("B", "liu")):
        apart = await hear(key, "mediator", act=talks.make("mediator", to=side))
        await hear(key, "mediator", act=talks.answer(key, apart, yes=True))
    both = await hear(*all_three, act=talks.make("mediator"))
    await hear("liu", "mediator", act=talks.answer("liu", both, yes=True))
    await hear(*all_three, act=talks.answer("wang", both, yes=True))
    apart = await talks.make("mediator", to="B")
    async with table.db.read() as tx:
        event = (await waiting(tx, "offer.lapse"))[-1]
    table.clock.advance(days=4)
    await hear("liu", "mediator", act=talks.offers.lapse(event))
    assert taken >= {f"offer.{step.action}" for step in offers.MACHINE.steps}


async def test_judges_never_learn_of_an_offer_nor_the_log_of_an_amount(talks: Talks) -> None:
    table = talks.table
    async with table.db.begin() as tx:
        case = await tx.cases.held(table.case_id)
        case.confirming_judge_id = case.judge_id = table["judge"].account_id
        tx.audit.add(table["judge"], "case.set_up", "case", case.id, at=table.clock.now(), case_id=case.id)
    before = len(await talks.told())
    await talks.answer("liu", await talks.make("wang"), yes=True)
    with pytest.raises(NotPermitted):
        await talks.offers.show(table["judge"], table.case_id)
    filing = Actor(table["judge"].account_id, frozenset({Role.FILING_JUDGE}))
    with pytest.raises(NotPermitted):
        await talks.offers.show(filing, table.case_id)
    assert not any("offer" in act or "agreement" in act for act in await talks.dossier("judge"))
    assert table["judge"].account_id not in {account for _, account in (await talks.told())[before:]}
    async with table.db.read() as tx:
        entries = [str(row.details) for row in await tx.audit.of_case(table.case_id)]
    assert not any(str(AMOUNT)[:5] in entry for entry in entries)
    assert sum("commitment" in entry for entry in entries) == 1


async def test_a_stranger_finds_no_negotiation(talks: Talks) -> None:
    with pytest.raises(NotFound):
        await talks.offers.show(talks.table["other"], talks.table.case_id)


async def test_a_party_proposes_nothing_to_one_side_alone(talks: Talks) -> None:
    with pytest.raises(NotPermitted):
        await talks.make("wang", to="B")


async def test_nothing_is_offered_once_the_text_is_being_signed(talks: Talks) -> None:
    offer = await talks.make("wang")
    await talks.table.offered()
    with pytest.raises(NotAllowed):
        await talks.answer("liu", offer, yes=True)
    with pytest.raises(NotAllowed):
        await talks.make("liu")


async def test_a_day_has_room_for_twenty_offers_of_a_side(talks: Talks) -> None:
    for more in range(20):
        await talks.make("wang", sum_of(4_000_000 + more))
    with pytest.raises(TooMany):
        await talks.make("wang")
    await talks.make("liu")


async def test_an_offer_without_content_is_refused(talks: Talks) -> None:
    with pytest.raises(BadInput):
        await talks.make("wang", Offered("B"))
