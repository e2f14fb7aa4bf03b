"""The kinds of papers."""

from odr.domain.documents import ENGLISH, SIGNERS, TITLES
from odr.domain.papers import PAPERS


def test_every_kind_of_paper_has_a_title_in_both_languages() -> None:
    assert PAPERS.keys() == TITLES.keys() == ENGLISH.keys()


def test_who_signs_a_paper_finds_a_place_on_it() -> None:
    with_places = {kind for kind, paper in PAPERS.items() if "signers" in {**paper.needs, **paper.may}}
    assert set(SIGNERS) == with_places
