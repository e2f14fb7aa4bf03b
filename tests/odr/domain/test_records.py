"""What a sitting leaves on paper."""

from dataclasses import replace
from datetime import UTC, datetime

from odr.domain.evidence import Answer, Opinion
from odr.domain.papers import FRAME, check
from odr.domain.records import Examined, Held, Spoken, papers, undisputed
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


def test_what_was_admitted_in_mediation_does_not_reach_a_court() -> None:
    assert [one.audience for one in papers(HELD)] == ["talks"]
    assert [one.audience for one in papers(replace(HELD, kind=Kind.CONFIRMATION))] == ["case"]
