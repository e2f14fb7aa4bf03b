"""Whether a dispute suits mediation."""

from dataclasses import replace

import pytest

from odr.domain.screening import Dispute, Procedure, Verdict, screen

GOOD = Dispute(amount_fen=300_000, continuing_relation=True)


def test_a_small_dispute_between_neighbours_is_suitable_and_says_why() -> None:
    found = screen(GOOD)
    assert found.verdict is Verdict.SUITABLE
    assert [why.weight for why in found.reasons] == [2, 1, 1]


@pytest.mark.parametrize(
    "dispute",
    [
        *(replace(GOOD, procedure=p) for p in Procedure if p is not Procedure.ORDINARY),
        replace(GOOD, confirms_status=True),
        replace(GOOD, in_scope=False),
        replace(GOOD, has_jurisdiction=False),
        replace(GOOD, sham_suspected=True),
        replace(GOOD, party_refuses=True),
    ],
)
def test_what_the_law_bars_is_barred_however_suitable_it_looks(dispute: Dispute) -> None:
    found = screen(dispute)
    assert found.verdict is Verdict.BARRED
    assert all(why.article for why in found.reasons)


def test_contested_facts_and_a_respondent_nobody_reaches_make_it_doubtful() -> None:
    found = screen(Dispute(facts_contested=True, respondent_reachable=False))
    assert found.verdict is Verdict.DOUBTFUL
    assert found.reasons[0].weight == -2
