"""Numbers prove themselves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing import identifiers
from filing.identifiers import CODE_ALPHABET, credit_check, id_check, id_number, is_credit_code

SEVENTEEN = st.builds(
    lambda area, day, order: f"{area:06}{day:%Y%m%d}{order:03}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(2025, 12, 31)),
    st.integers(0, 999),
)
CODE_BODY = st.text(CODE_ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_examples_of_the_standard_pass(number: str) -> None:
    assert id_number(number) is not None


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110108551385082Q", "91110000802100433B"])
def test_known_credit_codes_pass(code: str) -> None:
    assert is_credit_code(code)


def test_a_number_tells_birth_and_sex() -> None:
    read = id_number("11010519491231002X")
    assert read is not None
    assert (read.birth, read.sex) == (date(1949, 12, 31), identifiers.FEMALE)


def test_an_unassigned_area_is_told_but_no_error() -> None:
    body = "11019919491231002"
    read = id_number(body + id_check(body))
    assert read is not None
    assert not read.area_known


@given(SEVENTEEN, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(body: str, place: int, shift: int) -> None:
    number = body + id_check(body)
    wrong = str((int(number[place]) + shift) % 10)
    assert id_number(number[:place] + wrong + number[place + 1 :]) is None


@given(CODE_BODY, st.integers(0, 16), st.integers(1, 30))
def test_one_wrong_character_of_a_code_never_passes(body: str, place: int, shift: int) -> None:
    code = body + credit_check(body)
    wrong = CODE_ALPHABET[(CODE_ALPHABET.index(code[place]) + shift) % 31]
    assert not is_credit_code(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "1", "1101051949123100２X", "110105194902300021", "x" * 18])
def test_what_is_no_number_is_none(text: str) -> None:
    assert id_number(text) is None
