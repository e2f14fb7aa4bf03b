"""Who is beside a person at their device."""

import pytest

from odr.domain.companions import MOST, Companion, Relation, companions
from odr.errors import BadInput


def test_lines_without_a_name_fall_away_and_names_are_trimmed() -> None:
    assert companions(["王小明 ", " ", ""], ["family", "other", "helper"]) == (
        Companion("王小明", Relation.FAMILY),
    )


def test_what_cannot_be_is_refused_in_words() -> None:
    for names, relations in (
        (["王"], ["judge"]),
        (["王" * 41], ["family"]),
        (["王"] * (MOST + 1), ["family"] * 7),
    ):
        with pytest.raises(BadInput) as refused:
            companions(names, relations)
        assert refused.value.field == "beside"
