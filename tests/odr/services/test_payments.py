"""The court fee at its service: one order, one effect, and silence that is neither paid nor failed."""

import json

import pytest

from odr.adapters.payments.sandbox import SandboxPayments
from odr.db.uow import Database
from odr.domain.accounts import Actor
from odr.domain.steps import Role
from odr.errors import NotFound, NotPermitted, Unavailable
from odr.ports.payments import ForgedCallback, PaymentOrder, PaymentOutcome, PaymentResult
from odr.services.payments import PaymentService
from odr.services.sandbox import SandboxService
from tests.support.clock import FixedClock
from tests.support.filings import open_account
from tests.support.mediations import Reviewed, reviewed

KEY = b"k" * 32


class Till:
    """The provider at the other end of the line: its books, what it sends; `deaf`: it does not answer."""

    def __init__(self, db: Database, clock: FixedClock) -> None:
        self.books = SandboxService(db, clock)
        self.sandbox = SandboxPayments(self.books, KEY, "http://127.0.0.1/callbacks/payments")
        self.deaf = False
        self.clock = clock

    async def open(self, order: PaymentOrder) -> str:
        return await self.sandbox.open(order)

    def read_callback(self, body: bytes, signature: str) -> PaymentResult:
        return self.sandbox.read_callback(body, signature)

    async def query(self, order_id: object) -> PaymentResult:
        if self.deaf:
            raise Unavailable
        _, result = await self.books.order(order_id)  # type: ignore[arg-type]
        return result

    def word(self, order_id: object, amount_fen: int, outcome: str = "paid") -> tuple[bytes, str]:
        """A callback as the provider signs it."""
        said = {
            "order_id": str(order_id),
            "outcome": outcome,
            "amount_fen": amount_fen,
            "reference": "R1",
            "at": self.clock.now().isoformat(),
        }
        body = json.dumps(said).encode()
        return body, self.sandbox.sign(body)


@pytest.fixture
async def case(database: Database, clock: FixedClock) -> Reviewed:
    made = await reviewed(database, clock)
    await made.review.docket(made.judge, made.case_id)
    return made


@pytest.fixture
def till(database: Database, clock: FixedClock) -> Till:
    return Till(database, clock)


@pytest.fixture
def fees(database: Database, clock: FixedClock, till: Till) -> PaymentService:
    return PaymentService(database, clock, till)


async def order_of(case: Reviewed) -> object:
    async with case.db.read() as tx:
        return (await tx.payments.get(case.case_id)).order_id


async def ask(case: Reviewed, fees: PaymentService) -> int:
    """Two hours later: every question that is due, once; how many there were."""
    case.clock.advance(hours=2)
    async with case.db.begin() as tx:
        due = await tx.outbox.pending("payment.ask")
        for event in due:
            await tx.outbox.done(event.id, case.clock.now())
    for event in due:
        await fees.ask(event)
    return len(due)


async def test_beginning_twice_gives_the_same_order(case: Reviewed, fees: PaymentService) -> None:
    first = await fees.start(case.applicant, case.case_id)
    assert await fees.start(case.applicant, case.case_id) == first
    assert first == f"/sandbox/payments/{await order_of(case)}"
    assert await case.state("payment") == "paying"
    assert len(await case.events("payment.ask")) == 0  # not yet: a word usually comes in seconds
    case.clock.advance(minutes=3)
    assert len(await case.events("payment.ask")) == 1


async def test_a_word_said_twice_has_one_effect(case: Reviewed, fees: PaymentService, till: Till) -> None:
    await fees.start(case.applicant, case.case_id)
    word = till.word(await order_of(case), 105_000)
    for _ in range(2):
        await fees.callback(*word)
    view = await fees.show(case.applicant, case.case_id)
    assert (view.state, view.reference, view.paid_at) == ("paid", "R1", case.clock.now())
    assert await case.state("litigation") == "defence"
    assert [event.payload["name"] for event in await case.events("notice.send")].count("fee_paid") == 1


async def test_a_word_that_the_provider_did_not_sign_is_refused(
    case: Reviewed, fees: PaymentService, till: Till
) -> None:
    await fees.start(case.applicant, case.case_id)
    body, signature = till.word(await order_of(case), 105_000)
    for forged in ((body + b" ", signature), (body, ""), (body, "é"), (body, signature[::-1])):
        with pytest.raises(ForgedCallback):
            await fees.callback(*forged)
    assert await case.state("payment") == "paying"


async def test_another_amount_is_kept_for_finance_and_pays_nothing(
    case: Reviewed, fees: PaymentService, till: Till
) -> None:
    await fees.start(case.applicant, case.case_id)
    for _ in range(2):
        await fees.callback(*till.word(await order_of(case), 104_999))
    assert await case.state("payment") == "paying"
    async with case.db.read() as tx:
        row = await tx.payments.get(case.case_id)
        assert (row.received_fen, row.paid_at) == (104_999, None)
        kept = [one for one in await tx.audit.of_case(case.case_id) if one.action == "payment.mismatch"]
    assert len(kept) == 1
    await fees.callback(*till.word(await order_of(case), 105_000))
    assert await case.state("payment") == "paid"


async def test_a_payment_without_a_word_is_asked_for_until_it_is_known(
    case: Reviewed, fees: PaymentService, till: Till
) -> None:
    await fees.start(case.applicant, case.case_id)
    till.deaf = True
    for _ in range(3):
        assert await ask(case, fees) == 1
        assert await case.state("payment") == "unknown"
    till.deaf = False
    await till.books.decide(await order_of(case), PaymentOutcome.PAID, callbacks=0)  # type: ignore[arg-type]
    await ask(case, fees)
    assert await case.state("payment") == "paid"
    assert await ask(case, fees) == 0


async def test_who_left_the_page_without_paying_opens_the_same_order_again(
    case: Reviewed, fees: PaymentService
) -> None:
    page = await fees.start(case.applicant, case.case_id)
    await ask(case, fees)
    assert await case.state("payment") == "unknown"
    assert await fees.start(case.applicant, case.case_id) == page
    assert await case.state("payment") == "paying"


async def test_a_payment_that_failed_can_be_made_again(
    case: Reviewed, fees: PaymentService, till: Till
) -> None:
    await fees.start(case.applicant, case.case_id)
    await fees.callback(*till.word(await order_of(case), 105_000, "failed"))
    assert await case.state("payment") == "noticed"
    await fees.start(case.applicant, case.case_id)
    await fees.callback(*till.word(await order_of(case), 105_000))
    assert await case.state("payment") == "paid"


async def test_a_late_word_after_the_last_day_still_counts(
    case: Reviewed, fees: PaymentService, till: Till
) -> None:
    case.clock.advance(days=30)
    await fees.callback(*till.word(await order_of(case), 105_000))
    assert await case.state("payment") == "paid"


async def test_only_the_side_that_owes_sees_and_pays(case: Reviewed, fees: PaymentService) -> None:
    stranger = await open_account(case.db, "wu", case.clock.now())
    respondent = await open_account(case.db, "zhao", case.clock.now())
    await _join(case, respondent)
    with pytest.raises(NotFound):
        await fees.show(stranger, case.case_id)
    with pytest.raises(NotFound):
        await fees.show(respondent, case.case_id)
    for actor in (respondent, case.judge):
        with pytest.raises(NotPermitted):
            await fees.start(actor, case.case_id)


async def test_a_word_on_an_order_of_nobody_is_refused(fees: PaymentService, till: Till) -> None:
    with pytest.raises(NotFound):
        await fees.callback(*till.word("00000000-0000-4000-8000-000000000000", 1))


async def _join(case: Reviewed, person: Actor) -> None:
    assert person.account_id
    async with case.db.begin() as tx:
        tx.cases.join(case.case_id, person.account_id, Role.RESPONDENT, "B")
        tx.audit.add(person, "case.join", "case", case.case_id, at=case.clock.now())
