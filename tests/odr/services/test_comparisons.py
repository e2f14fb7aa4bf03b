"""The private comparison: yes or no to both, no number to anybody, few tries, consent to each."""

import base64
import random
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from odr.db.uow import Database
from odr.domain.comparisons import MARKS, MOST_TRIES, State, meet
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.services.comparisons import ComparisonService
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import Table, waiting
from tests.support.careless import careless
from tests.support.clock import FixedClock
from tests.support.scripts import played

pytestmark = pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
PAIRS = [
    (0, 0), (0, 1), (1, 0), (5_000_000, 5_000_000), (4_999_999, 5_000_000), (5_000_000, 4_999_999),
    (2**40 - 2, 2**40 - 2), (2**40 - 2, 0), (0, 2**40 - 2), (2**39, 2**39 - 1), (2**39 - 1, 2**39),
    (1_234_567, 1_234_568), (99_999_999, 1),
]  # fmt: skip
_CHANCE = random.Random(20)
PAIRS += [(one, max(one + _CHANCE.randint(-3, 3), 0)) for one in _CHANCE.sample(range(2**40 - 10), 40)]
# What the two browsers do, with the modules that they load: for each pair the payer's and the payee's set.
SCRIPT = """
import { exported, makeKeys, marks } from "MODULE";
const pairs = JSON.parse(process.argv[1]);
const [a, b] = [await makeKeys(), await makeKeys()];
const keys = [await exported(a.publicKey), await exported(b.publicKey)];
const sets = [];
for (const [pays, takes] of pairs) {
  sets.push([
    await marks({ fen: pays, part: "pays", own: a.privateKey, other: keys[1], id: "one" }),
    await marks({ fen: takes, part: "takes", own: b.privateKey, other: keys[0], id: "one" }),
    await marks({ fen: pays, part: "pays", own: a.privateKey, other: keys[1], id: "another" }),
  ]);
}
console.log(JSON.stringify({ keys, sets }));
"""


@pytest.fixture(scope="module")
def made() -> dict[str, list[list[list[str]]]]:
    """What the browser's own modules make of the pairs."""
    return played("negotiation/parts/blind.js", SCRIPT, PAIRS)  # type: ignore[no-any-return]


def test_the_sets_meet_exactly_if_the_limits_do(made: dict[str, list[list[list[str]]]]) -> None:
    for (pays, takes), (first, second, _) in zip(PAIRS, made["sets"], strict=True):
        assert meet({"A": second, "B": first}) is (pays >= takes), (pays, takes)
        assert len(set(first) & set(second)) <= 1


def test_nothing_about_a_limit_can_be_read_off_its_set(made: dict[str, list[list[list[str]]]]) -> None:
    for first, second, again in made["sets"]:
        for one in (first, second):
            assert len(set(one)) == MARKS
            assert one == sorted(one)
            assert {len(mark) for mark in one} == {64}
        assert not set(first) & set(again)  # the same number in another comparison shares nothing


class Compared:
    """Two sides at one comparison after another."""

    def __init__(self, table: Table, made: dict[str, list[list[list[str]]]]) -> None:
        self.table, self.made = table, made
        self.service = ComparisonService(table.db, table.clock)

    async def asked(self) -> UUID:
        self.table.clock.advance(seconds=1)
        return await self.service.ask(self.table["wang"], self.table.case_id, "B", key())

    async def agreed(self) -> UUID:
        comparison = await self.asked()
        await self.service.agree(self.table["liu"], self.table.case_id, comparison, key())
        return comparison

    async def enter(self, who: str, comparison: UUID, pair: tuple[int, int]) -> bool | None:
        pays, takes, _ = self.made["sets"][PAIRS.index(pair)]
        said = " ".join(pays if who == "liu" else takes)
        return await self.service.enter(self.table[who], self.table.case_id, comparison, said)

    async def step(self, who: str) -> str:
        view = await self.service.show(self.table[who], self.table.case_id)
        return view.under_way.step if view.under_way else ""


def key() -> str:

    public = generate_private_key(SECP256R1()).public_key()
    return base64.b64encode(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode()


@pytest.fixture
async def talks(
    clock: FixedClock, tmp_path: Path, made: dict[str, list[list[list[str]]]]
) -> AsyncIterator[Compared]:
    db = careless(Database(f"sqlite+aiosqlite:///{tmp_path / 'talks.db'}"))
    await db.create_all()
    yield Compared(await Table(db, clock, tmp_path).open(), made)
    await db.close()


@pytest.mark.parametrize(("pair", "met"), [((5_000_000, 4_999_999), True), ((4_999_999, 5_000_000), False)])
async def test_both_learn_yes_or_no_and_the_server_forgets_the_rest(
    talks: Compared, pair: tuple[int, int], met: bool
) -> None:
    comparison = await talks.agreed()
    assert await talks.enter("wang", comparison, pair) is None
    assert (await talks.step("wang"), await talks.step("liu")) == ("entered", "enter")
    assert await talks.enter("liu", comparison, pair) is met
    for who in ("wang", "liu", "mediator"):
        view = await talks.service.show(talks.table[who], talks.table.case_id)
        assert (view.past[0].state, view.past[0].met, view.left) == (State.COMPARED, met, MOST_TRIES - 1)
    async with talks.table.db.read() as tx:
        row = await tx.comparisons.get(comparison)
        told = {event.payload["name"] for event in await waiting(tx, "notice.send")}
        details = [str(one.details) for one in await tx.audit.of_case(talks.table.case_id)]
    assert row is not None
    assert (row.keys, row.marks) == ({}, {})
    assert "compared" in told
    assert not any("met" in one or "marks" in one for one in details)


async def test_nobody_compares_without_the_others_consent(talks: Compared) -> None:
    comparison = await talks.asked()
    assert (await talks.step("wang"), await talks.step("liu")) == ("wait", "answer")
    with pytest.raises(NotAllowed):
        await talks.service.agree(talks.table["wang"], talks.table.case_id, comparison, key())
    with pytest.raises(NotAllowed):
        await talks.enter("wang", comparison, (0, 0))
    await talks.service.refuse(talks.table["liu"], talks.table.case_id, comparison)
    assert (await talks.service.show(talks.table["wang"], talks.table.case_id)).left == MOST_TRIES


async def test_a_limit_is_put_in_once(
    database: Database, clock: FixedClock, tmp_path: Path, made: dict[str, list[list[list[str]]]]
) -> None:
    talks = Compared(await Table(database, clock, tmp_path).open(), made)  # on every kind of database
    comparison = await talks.agreed()
    await talks.enter("wang", comparison, (0, 1))
    with pytest.raises(NotAllowed):
        await talks.enter("wang", comparison, (0, 0))


async def test_nobody_feels_out_a_limit_by_trying(talks: Compared) -> None:
    for _ in range(MOST_TRIES):
        comparison = await talks.agreed()
        await talks.enter("wang", comparison, (0, 1))
        await talks.enter("liu", comparison, (0, 1))
    with pytest.raises(NotAllowed):
        await talks.asked()


async def test_what_is_broken_off_tells_nothing_and_costs_no_try(talks: Compared) -> None:
    comparison = await talks.agreed()
    await talks.enter("wang", comparison, (0, 1))
    await talks.service.cancel(talks.table["liu"], talks.table.case_id, comparison)
    view = await talks.service.show(talks.table["liu"], talks.table.case_id)
    assert (view.left, view.past[0].met, view.may_ask) == (MOST_TRIES, None, True)
    async with talks.table.db.read() as tx:
        row = await tx.comparisons.get(comparison)
    assert row is not None
    assert row.marks == {}


async def test_a_comparison_that_nobody_goes_on_with_lapses(talks: Compared) -> None:
    comparison = await talks.asked()
    async with talks.table.db.read() as tx:
        (event,) = await waiting(tx, "comparison.lapse")
    for _ in range(2):
        await talks.service.lapse(event)
    with pytest.raises(NotAllowed):
        await talks.service.agree(talks.table["liu"], talks.table.case_id, comparison, key())


async def test_only_the_two_sides_compare(talks: Compared) -> None:
    with pytest.raises(NotPermitted):
        await talks.service.ask(talks.table["mediator"], talks.table.case_id, "B", key())
    with pytest.raises(NotFound):
        await talks.service.show(talks.table["other"], talks.table.case_id)
    async with talks.table.db.begin() as tx:
        case = await tx.cases.held(talks.table.case_id)
        case.confirming_judge_id = talks.table["judge"].account_id
        tx.audit.add(talks.table["judge"], "case.set_up", "case", case.id, at=talks.table.clock.now())
    with pytest.raises(NotPermitted):
        await talks.service.show(talks.table["judge"], talks.table.case_id)


@pytest.mark.parametrize("wrong", ["", "AAAA", "not base64", "A" * 88])
async def test_what_is_no_key_is_refused(talks: Compared, wrong: str) -> None:
    with pytest.raises(BadInput):
        await talks.service.ask(talks.table["wang"], talks.table.case_id, "B", wrong)


@pytest.mark.parametrize("said", ["", "00", " ".join(["0" * 64] * MARKS), " ".join(["x" * 64] * MARKS)])
async def test_what_is_no_set_of_marks_is_refused(talks: Compared, said: str) -> None:
    comparison = await talks.agreed()
    with pytest.raises(BadInput):
        await talks.service.enter(talks.table["wang"], talks.table.case_id, comparison, said)
