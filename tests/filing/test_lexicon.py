"""A blurred line shows an entry of a closed list, or none."""

from collections.abc import Mapping

import pytest

from filing.cause_names import CAUSES
from filing.lexicon import likeliest
from filing.lines import Glyph


def _read(text: str, held: Mapping[str, tuple[tuple[str, float], ...]]) -> list[Glyph]:
    return [Glyph(char, 0.4, i / len(text), held.get(char, ())) for i, char in enumerate(text)]


def test_what_the_engine_held_possible_counts() -> None:
    blurred = _read("定作合网机纷", {"网": (("同", 0.3),), "机": (("纠", 0.2),)})
    assert likeliest(blurred, CAUSES) == "定作合同纠纷"


def test_an_overlooked_character_does_not_hide_the_entry() -> None:
    blurred = _read("旅合同细络", {"细": (("纠", 0.3),), "络": (("纷", 0.3),)})
    assert likeliest(blurred, {"旅游合同纠纷", "劳动合同纠纷", "赡养纠纷"}) == "旅游合同纠纷"


@pytest.mark.parametrize("text", ["", "二二年十月", "华庭幢单元四室"])
def test_what_shows_no_entry_is_none(text: str) -> None:
    assert likeliest(_read(text, {}), CAUSES) is None


def test_of_two_entries_alike_none_is_named() -> None:
    entries = {"赠与合同纠纷", "租赁合同纠纷"}
    assert likeliest(_read("王玉合同纠纷", {}), entries) is None
