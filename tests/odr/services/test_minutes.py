"""The minutes after a sitting: checked, corrected, settled, signed, and kept from every judge."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.adapters.signer.authority import DemonstrationAuthority
from odr.adapters.signer.pades import PadesSigner
from odr.adapters.timestamps.local import LocalTimestamps
from odr.db.agents import Agent
from odr.db.uow import Database
from odr.domain.accounts import PLATFORM, Actor
from odr.domain.minutes import Verdict, Word
from odr.domain.signed_pdfs import PdfTrust, check_pdf
from odr.domain.steps import Role
from odr.errors import BadInput, NotAllowed, NotFound, NotPermitted
from odr.ports.media import SeatJoined
from odr.services.clocks import ClockService
from odr.services.minutes import MinutesPaperService
from odr.services.minutes.views import MinutesView
from odr.services.signing import MinutesSigning
from tests.odr.ports.test_typesetter import drawing
from tests.odr.sample_papers import NO_FONTS
from tests.odr.settled_case import COURT, MASTER, SECRET, _typesetter
from tests.support.clock import FixedClock
from tests.support.sittings import House, open_house

SAID, FACT = "借款本金50,000元", "双方确认借款发生在2025年1月"


@pytest.fixture
async def house(database: Database, clock: FixedClock) -> House:
    return await open_house(database, clock)


async def held(house: House, *, fact: bool = False) -> UUID:
    """The sitting took place and is over; one line, and a fact; the id of the fact."""
    await house.gather()
    for person in (house.wang, house.yang, house.mo):
        assert person.account_id
        await house.rooms.heard(SeatJoined(house.sitting, person.account_id, "party", house.clock.now()))
    await house.minutes.write(house.mo, house.sitting, "申请人", SAID)
    stated = await house.minutes.state_fact(house.mo, house.sitting, FACT) if fact else uuid4()
    await house.rooms.close(house.mo, house.sitting)
    return stated


async def seen(house: House, person: Actor | None = None) -> MinutesView:
    return await house.minutes.show(person or house.wang, house.sitting)


async def word(house: House, person: Actor) -> Word:
    me = (await seen(house, person)).me
    assert me
    return me.word


async def time_passes(house: House, hours: int = 26) -> None:
    house.clock.advance(hours=hours)
    await ClockService(house.db, house.clock).turn()


async def told(house: House) -> set[str]:
    """The names of the notices that wait."""
    async with house.db.read() as tx:
        return {row.payload["name"] for row in await tx.outbox.pending("notice.send")}


async def test_no_judge_hears_that_the_time_of_the_minutes_is_over(house: House) -> None:
    async with house.db.begin() as tx:
        judge = tx.accounts.add("+8613800000066", house.clock.now(), "立案法官")
        await tx.flush()
        case = await tx.cases.held(house.case_id)
        case.judge_id = case.confirming_judge_id = judge.id
        tx.audit.add(house.mo, "set_up", "case", case.id, at=house.clock.now())
    await held(house)
    await time_passes(house)
    async with house.db.read() as tx:
        news = await tx.pushes.after(0, 1000)
        acts = [row for row in await tx.audit.of_case(house.case_id) if row.subject == "minutes"]
    told = {row.account_id for row in news if row.payload.get("machine") == "minutes"}
    assert told == {one.account_id for one in (house.wang, house.yang, house.mo)}
    assert "minutes.lapse" in {row.action for row in acts}
    assert {row.details["audience"] for row in acts} == {"talks"}


async def test_once_the_sitting_is_over_both_sides_are_asked_to_check(house: House) -> None:
    await held(house)
    view = await seen(house)
    assert (view.state, view.closed, [line.text for line in view.lines]) == ("checking", True, [SAID])
    assert view.until
    assert {reader.word for reader in view.readers} == {Word.NOTHING_YET}
    assert len(view.readers) == 2
    assert "minutes_to_check" in await told(house)


async def test_a_sitting_in_which_nothing_was_written_leaves_no_minutes(house: House) -> None:
    await house.gather()
    await house.rooms.close(house.mo, house.sitting)
    assert (await seen(house)).state == ""
    assert await house.minutes.of_case(house.wang, house.case_id) == []


async def test_during_the_sitting_nothing_is_checked(house: House) -> None:
    await house.gather()
    with pytest.raises(NotAllowed, match="once the sitting is over"):
        await house.minutes.say_right(house.wang, house.sitting)


async def test_an_accepted_correction_changes_the_text_and_makes_everybody_look_again(house: House) -> None:
    await held(house)
    await house.minutes.say_right(house.yang, house.sitting)
    line = (await seen(house)).lines[0]
    await house.minutes.correct(house.wang, house.sitting, line.id, "借款本金45,000元", "借条上如此")
    view = await seen(house, house.mo)
    (correction,) = view.corrections
    assert [piece.text for piece in correction.pieces] == ["借款本金", "50,000", "45,000", "元"]
    assert "minutes_correction" in await told(house)
    with pytest.raises(NotAllowed, match="no answer yet"):
        await house.minutes.say_right(house.wang, house.sitting)
    await house.minutes.answer(house.mo, house.sitting, correction.id, accepts=True)
    view = await seen(house, house.yang)
    assert view.lines[0].text == "借款本金45,000元"
    assert view.lines[0].pieces == correction.pieces
    assert view.me
    assert view.me.word is Word.NOTHING_YET
    with pytest.raises(NotAllowed, match="answered already"):
        await house.minutes.answer(house.mo, house.sitting, correction.id, accepts=True)


async def test_a_refused_correction_needs_a_reason_and_stays_attached(house: House) -> None:
    await held(house)
    await house.minutes.correct(house.yang, house.sitting, None, "已经还了一千元")
    correction = (await seen(house)).corrections[0].id
    with pytest.raises(BadInput):
        await house.minutes.answer(house.mo, house.sitting, correction, accepts=False)
    for party in (house.wang, house.yang):
        with pytest.raises(NotPermitted):
            await house.minutes.answer(party, house.sitting, correction, accepts=True)
    await house.minutes.answer(house.mo, house.sitting, correction, accepts=False, answer="会上没有说到")
    (row,) = (await seen(house)).corrections
    assert (row.verdict, row.answer, len((await seen(house)).lines)) == (Verdict.REFUSED, "会上没有说到", 1)


async def test_of_two_corrections_of_one_line_the_second_does_not_undo_the_first(house: House) -> None:
    await held(house)
    line = (await seen(house)).lines[0].id
    await house.minutes.correct(house.wang, house.sitting, line, "甲")
    house.clock.advance(seconds=1)
    await house.minutes.correct(house.yang, house.sitting, line, "乙")
    first, second = (one.id for one in (await seen(house)).corrections)
    await house.minutes.answer(house.mo, house.sitting, first, accepts=True)
    with pytest.raises(NotAllowed, match="changed since"):
        await house.minutes.answer(house.mo, house.sitting, second, accepts=True)
    assert (await seen(house)).lines[0].text == "甲"


async def test_words_that_are_the_same_are_no_correction(house: House) -> None:
    await held(house)
    line = (await seen(house)).lines[0].id
    for new, reason in ((SAID, ""), ("x" * 2001, ""), ("甲", "x" * 2001)):
        with pytest.raises(BadInput):
            await house.minutes.correct(house.wang, house.sitting, line, new, reason)
    with pytest.raises(NotFound):
        await house.minutes.correct(house.wang, house.sitting, uuid4(), "甲")


async def test_who_says_nothing_for_a_day_is_written_down_as_silent(house: House) -> None:
    await held(house)
    await house.minutes.say_right(house.wang, house.sitting)
    await time_passes(house, hours=23)
    assert (await seen(house)).state == "checking"
    await time_passes(house, hours=2)
    assert (await seen(house)).state == "answering"
    assert await word(house, house.wang) is Word.RIGHT
    assert await word(house, house.yang) is Word.SILENT
    with pytest.raises(NotAllowed, match="is over"):
        await house.minutes.say_right(house.yang, house.sitting)


async def test_what_comes_too_late_is_late_before_the_clock_has_rung(house: House) -> None:
    fact = await held(house, fact=True)
    await house.minutes.correct(house.wang, house.sitting, None, "已经还了一千元")
    view = await seen(house)
    assert view.until
    house.clock.advance(seconds=(view.until - house.clock.now()).total_seconds())
    for late in (
        house.minutes.correct(house.yang, house.sitting, None, "太晚了"),
        house.minutes.say_right(house.yang, house.sitting),
        house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=True),
        house.minutes.state_fact(house.mo, house.sitting, "太晚了"),
    ):
        with pytest.raises(NotAllowed):
            await late
    assert (await seen(house)).state == "checking", "nothing has rung yet"
    await ClockService(house.db, house.clock).turn()
    until = (await seen(house)).until
    assert until
    house.clock.advance(seconds=(until - house.clock.now()).total_seconds())
    with pytest.raises(NotAllowed, match="settled"):
        await house.minutes.answer(house.mo, house.sitting, view.corrections[0].id, accepts=True)


async def test_who_found_it_right_is_not_said_to_have_read_what_was_changed_afterwards(house: House) -> None:
    await held(house)
    await house.minutes.say_right(house.yang, house.sitting)
    line = (await seen(house)).lines[0].id
    await house.minutes.correct(house.wang, house.sitting, line, "借款本金45,000元")
    await time_passes(house, hours=25)
    assert await word(house, house.yang) is Word.RIGHT
    (correction,) = (await seen(house)).corrections
    await house.minutes.answer(house.mo, house.sitting, correction.id, accepts=True)
    assert await word(house, house.yang) is Word.RIGHT_BEFORE


async def test_when_all_say_that_it_is_right_nobody_waits_for_the_day_to_end(house: House) -> None:
    await held(house)
    for person in (house.wang, house.yang):
        await house.minutes.say_right(person, house.sitting)
    assert (await seen(house)).state == "answering"
    async with house.db.read() as tx:
        (event,) = await tx.outbox.pending("minutes.settle")
    assert event.payload["subject_id"] == str(house.sitting)


async def test_what_comes_once_more_because_its_answer_was_lost_is_written_once(house: House) -> None:
    await house.gather()
    line, fact = uuid4(), uuid4()
    for _ in range(2):
        await house.minutes.write(house.mo, house.sitting, "申请人", SAID, line)
        await house.minutes.state_fact(house.mo, house.sitting, FACT, fact)
    other = await house.minutes.write(house.mo, house.sitting, "申请人", "别的话", line)
    assert other != line
    assert len(await house.news(house.yang, "minutes")) == 2
    assert [one.id for one in await house.minutes.facts(house.mo, house.sitting)] == [fact]
    await house.minutes.write(house.mo, house.sitting, "申请人", SAID)
    assert len(await house.news(house.yang, "minutes")) == 3, "said twice, written twice"


async def test_a_fact_is_undisputed_once_both_sides_have_agreed(house: House) -> None:
    fact = await held(house, fact=True)
    await house.minutes.answer_fact(house.wang, house.sitting, fact, agrees=True)
    (view,) = (await seen(house, house.mo)).facts
    assert (view.undisputed, view.answers) == (False, {"A": True, "B": None})
    await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=True)
    assert (await seen(house)).facts[0].undisputed
    await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=False)
    assert not (await seen(house)).facts[0].undisputed
    with pytest.raises(NotPermitted):
        await house.minutes.answer_fact(house.mo, house.sitting, fact, agrees=True)
    await time_passes(house)
    with pytest.raises(NotAllowed):
        await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=True)


async def test_an_agent_without_the_power_to_admit_may_deny_a_fact_and_not_agree_to_it(house: House) -> None:
    fact, yang = await held(house, fact=True), house.yang.account_id
    assert yang
    async with house.db.begin() as tx:
        row = await tx.cases.participant(house.case_id, yang)
        assert row
        row.role = Role.AGENT.value
        agent = Agent(case_id=house.case_id, side="B", account_id=yang, created_at=house.clock.now())
        agent.read = agent.claimed = ["settle"]
        tx.agents.add(agent)
        tx.audit.add(PLATFORM, "agent.claim", "case", house.case_id, at=house.clock.now())
    with pytest.raises(NotAllowed, match="admit for the party") as refused:
        await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=True)
    assert refused.value.article == "MSF 62"
    await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=False)
    assert (await seen(house, house.yang)).facts[0].lacks
    assert not (await seen(house)).facts[0].lacks
    async with house.db.begin() as tx:
        (agent,) = await tx.agents.of_case(house.case_id)
        agent.checked = ["admit"]
        tx.audit.add(PLATFORM, "agent.check", "agent", agent.id, at=house.clock.now())
    await house.minutes.answer_fact(house.yang, house.sitting, fact, agrees=True)
    assert not (await seen(house, house.yang)).facts[0].lacks


async def test_facts_are_stated_and_answered_in_the_joint_room_alone(house: House) -> None:
    await house.gather()
    fact = await house.minutes.state_fact(house.mo, house.sitting, FACT)
    with pytest.raises(NotPermitted):
        await house.minutes.state_fact(house.wang, house.sitting, FACT)
    await house.apart("A")
    assert await house.minutes.facts(house.yang, house.sitting) == ()
    with pytest.raises(NotAllowed):
        await house.minutes.state_fact(house.mo, house.sitting, "四万元可以接受")
    with pytest.raises(NotAllowed):
        await house.minutes.answer_fact(house.wang, house.sitting, fact, agrees=True)
    await house.together()
    (told_of,) = await house.minutes.facts(house.yang, house.sitting)
    assert (told_of.text, told_of.mine) == (FACT, None)
    assert len(await house.news(house.yang, "facts")) == 1


async def test_no_judge_and_no_stranger_reads_what_was_said(house: House) -> None:
    await held(house)
    async with house.db.begin() as tx:
        judge = tx.accounts.add("+8613800000077", house.clock.now(), "法官")
        await tx.flush()
        case = await tx.cases.held(house.case_id)
        case.judge_id = case.confirming_judge_id = judge.id
        tx.audit.add(PLATFORM, "x", "case", case.id, at=house.clock.now())
    roles = (Role.FILING_JUDGE, Role.CONFIRMING_JUDGE, Role.DIVISION_HEAD, Role.TRIAL_JUDGE, Role.COORDINATOR)
    for account_id in (judge.id, uuid4()):
        for role in roles:
            actor = Actor(account_id, frozenset({role}))
            for ask in (house.minutes.show, house.minutes.facts):
                with pytest.raises(NotFound):
                    await ask(actor, house.sitting)
            with pytest.raises(NotFound):
                await house.minutes.correct(actor, house.sitting, None, "甲")
            assert await house.minutes.of_case(actor, house.case_id) == []
    async with house.db.read() as tx:
        assert "talks" not in await tx.cases.audiences(house.case_id, judge.id)
        assert "talks" in await tx.cases.audiences(house.case_id, house.yang.account_id)


@dataclass
class Press:
    """What makes the paper of the minutes and its signatures."""

    house: House
    folder: Path

    def __post_init__(self) -> None:
        db, clock = self.house.db, self.house.clock
        self.stamps = LocalTimestamps(self.folder, MASTER, clock.now)
        authority = DemonstrationAuthority(self.folder, MASTER, clock.now)
        self.signer = PadesSigner(authority, self.stamps, clock.now)
        tools: dict[str, Any] = {
            "typesetter": _typesetter(),
            "signer": self.signer,
            "objects": FilesystemObjects(self.folder / "objects", MASTER),
        }
        self.papers = MinutesPaperService(db, clock, **tools, court=COURT, verify_url="https://odr.example/v")
        self.signing = MinutesSigning(db, clock, **tools, secret=SECRET)

    async def settle(self) -> None:
        """As the worker does, which may deliver twice."""
        async with self.house.db.read() as tx:
            events = list(await tx.outbox.pending("minutes.settle"))
        for event in (*events, *events):
            await self.papers.settle(event)

    async def sign(self, person: Actor) -> None:
        house = self.house
        house.clock.advance(seconds=40)
        await self.signing.ask(person, house.sitting, drawing())
        async with house.db.read() as tx:
            code = (await tx.outbox.pending("sms.send"))[-1].payload["values"]["code"]
        await self.signing.approve(person, house.sitting, code)
        async with house.db.read() as tx:
            approved = (await tx.outbox.pending("minutes.sign"))[-1]
        await self.signing.sign(approved)

    async def ordered(self) -> list[dict[str, Any]]:
        """The papers that wait to be typeset."""
        async with self.house.db.read() as tx:
            return [one.payload for one in await tx.outbox.pending("document.issue")]


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
async def test_the_settled_minutes_are_signed_by_all_and_their_facts_alone_reach_a_court(
    house: House, tmp_path: Path
) -> None:
    fact, press = await held(house, fact=True), Press(house, tmp_path)
    for person in (house.wang, house.yang):
        await house.minutes.answer_fact(person, house.sitting, fact, agrees=True)
    await house.minutes.correct(house.yang, house.sitting, None, "已经还了一千元")
    await time_passes(house)
    await press.settle()
    assert (await seen(house)).state == "answering", "a correction still waits"
    await time_passes(house)
    await press.settle()
    view = await seen(house)
    assert view.paper
    assert (view.state, view.corrections[0].verdict) == ("signing", Verdict.UNANSWERED)
    assert [one.role for one in view.paper.signers] == ["applicant", "respondent", "mediator"]
    assert (await press.papers.page(house.yang, house.sitting, 1)).startswith(b"\x89PNG")
    for person in (house.wang, house.yang, house.mo):
        await press.sign(person)
        with pytest.raises(NotAllowed, match="already"):
            await press.signing.ask(person, house.sitting, drawing())
    view = await seen(house, house.mo)
    assert view.paper
    assert (view.state, all(one.signed_at for one in view.paper.signers)) == ("signed", True)
    trust = PdfTrust(press.signer.trusted_ders, [press.stamps.certificate_der])
    report = await asyncio.to_thread(check_pdf, await press.papers.pdf(house.wang, house.sitting), trust)
    assert [one.field for one in report.signatures] == ["applicant", "respondent", "mediator"]
    async with house.db.read() as tx:
        (paper,) = await tx.documents.of_case(house.case_id)
    assert (paper.kind, paper.audience) == ("minutes", "talks")
    (extract,) = [one for one in await press.ordered() if one["paper"] == "undisputed_facts"]
    assert (extract["audience"], extract["content"]["facts"]) == ("case", [FACT])
    assert SAID not in str(extract)


@pytest.mark.skipif(NO_FONTS, reason="no Chinese font: run `npm ci` first")
async def test_who_does_not_sign_is_silent_or_declines_and_proves_no_fact(
    house: House, tmp_path: Path
) -> None:
    fact, press = await held(house, fact=True), Press(house, tmp_path)
    for person in (house.wang, house.yang):
        await house.minutes.answer_fact(person, house.sitting, fact, agrees=True)
    await time_passes(house)
    await press.settle()
    async with house.db.read() as tx:
        (settled,) = [row for row in await tx.audit.of_case(house.case_id) if row.action == "minutes.settle"]
    assert settled.details["silent"] == sorted(str(one.account_id) for one in (house.wang, house.yang))
    await time_passes(house)
    view = await seen(house)
    assert view.paper
    assert (view.state, [one.signed_at for one in view.paper.signers]) == ("unsigned", [None] * 3)
    assert "minutes_unsigned" in await told(house)
    with pytest.raises(BadInput):
        await house.minutes.decline(house.yang, house.sitting, " ")
    with pytest.raises(NotPermitted):
        await house.minutes.decline(house.mo, house.sitting, "不签")
    for person in (house.wang, house.yang):
        await house.minutes.decline(person, house.sitting, "金额不对")
    with pytest.raises(NotAllowed, match="declined"):
        await press.signing.ask(house.yang, house.sitting, drawing())
    await press.sign(house.mo)
    view = await seen(house)
    assert view.paper
    assert (view.state, view.paper.signers[1].declined) == ("signed", "金额不对")
    assert "undisputed_facts" not in {one["paper"] for one in await press.ordered()}
