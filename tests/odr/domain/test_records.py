"""What a sitting leaves on paper."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from odr.domain.evidence import Answer, Opinion
from odr.domain.originals import Comparison, Result, Way
from odr.domain.papers import FRAME, check
from odr.domain.records import Compared, Examined, Held, Spoken, papers, undisputed
from odr.domain.sittings import Kind

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ADMITS = Opinion("B", Answer.ADMIT, Answer.ADMIT, Answer.ADMIT)
DENIES = Opinion("B", Answer.ASK_ORIGINAL, Answer.ADMIT, Answer.DENY, "看不清")
NOTE = Examined("A-1", "借条", "王示范", "", "0" * 64, (("杨示意", ADMITS),))
TRANSFER = Examined("A-2", "转账记录", "王示范", "证明交付", "1" * 64, (("杨示意", DENIES),))
HELD = Held(
    Kind.MEDIATION,
    "(2026)示0108诉前调1号",
    AT,
    AT,
    "调解员甲",
    ("王示范", "杨示意"),
    (Spoken(AT, "王示范", "本金五万元"),),
    (NOTE, TRANSFER),
)
STAMPED = dict.fromkeys(FRAME, "x")


def test_every_paper_fits_its_template() -> None:
    for held in (HELD, replace(HELD, kind=Kind.CONFIRMATION)):
        for order in papers(held):
            check(order.kind, STAMPED | dict(order.content))


def test_only_what_was_admitted_in_all_three_is_undisputed() -> None:
    assert undisputed(HELD.examined) == ["证据A-1（借条）的真实性、合法性、关联性，双方无异议。"]


def test_what_did_not_happen_leaves_no_paper() -> None:
    assert papers(replace(HELD, examined=())) == ()
    assert [one.kind for one in papers(HELD)] == ["evidence_record"]


def test_the_record_says_how_each_original_was_compared_one_beside_the_other() -> None:
    first = Comparison(Way.CAMERA, Result.AGREES, "", "王示范、杨示意")
    then = Comparison(Way.COUNTER, Result.DIFFERS, "背面另有一行字", "王示范")
    found = tuple(Compared(AT, "调解员甲", one) for one in (first, then))
    (order,) = papers(replace(HELD, examined=(replace(NOTE, compared=found),)))
    check(order.kind, STAMPED | dict(order.content))
    items: Any = order.content["items"]
    assert items[0]["originals"] == [
        "2026年3月2日9时00分当庭通过视频出示原件，原件与复印件一致。在场人员：王示范、杨示意。记录人：调解员甲。",
        "2026年3月2日9时00分在立案窗口核对原件，原件与复印件不一致（背面另有一行字）。在场人员：王示范。记录人：调解员甲。",
    ]
    (order,) = papers(replace(HELD, examined=(replace(TRANSFER, spared=True),)))
    assert "核对原件的要求已撤回。" in repr(order.content)


def test_what_was_admitted_in_mediation_does_not_reach_a_court() -> None:
    assert [one.audience for one in papers(HELD)] == ["talks"]
    assert [one.audience for one in papers(replace(HELD, kind=Kind.CONFIRMATION))] == ["case"]
