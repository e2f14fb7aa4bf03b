"""Figures that the plain reading lost are found again, in a form that they must have."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filing import number_forms, values
from filing.decoding import Form, in_turn, likeliest, steps_of
from filing.identifiers import CODE_ALPHABET, credit_check, id_check, id_number, is_credit_code
from filing.lines import FIGURES, SURE, Glyph, Line, Place, Shares
from filing.stream import Stream

NUMBER = "44019919900307641"
NUMBER += id_check(NUMBER)
CODE = "91330199P51EYW1M4"
CODE += credit_check(CODE)
NO_SHARE = 1e-4


def _shares(char: str, share: float) -> list[float]:
    row = [NO_SHARE] * (1 + len(FIGURES))
    row[0] = 1 - share
    if char:
        row[1 + FIGURES.index(char)] = share
    return row


def _steps(text: str, dim: int = -1, other: str = "") -> Shares:
    """Each character and a blank behind it; the one at `dim` hardly seen, or taken for another."""
    rows = []
    for i, char in enumerate(text):
        row = _shares(char, 0.1 if i == dim else 0.98)
        if i == dim and other:
            row[1 + FIGURES.index(other)] = 0.85
        rows += [row, _shares("", 0.0)]
    return np.asarray(rows, np.float32)


@settings(max_examples=18, deadline=None)
@given(st.integers(0, 17))
def test_a_digit_that_was_overlooked_is_found_by_the_check_digit(dim: int) -> None:
    found = likeliest(_steps(NUMBER, dim), number_forms.citizen_numbers())
    assert found is not None
    assert found[0] == NUMBER
    assert found[1] > 0.5


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 16), st.sampled_from("0123456789"))
def test_what_is_found_is_always_a_number_with_the_right_check_digit(dim: int, other: str) -> None:
    number = likeliest(_steps(NUMBER, dim, other), number_forms.citizen_numbers())
    assert number is not None
    assert number[0][17] == id_check(number[0][:17])


def test_a_birth_that_is_known_settles_what_the_digits_leave_open() -> None:
    found = likeliest(_steps(NUMBER, 9, "6"), number_forms.citizen_numbers(date(1990, 3, 7)))
    assert found is not None
    assert id_number(found[0]) == id_number(NUMBER)


@settings(max_examples=5, deadline=None)
@given(st.integers(2, 16))
def test_a_code_is_found_by_its_check_character(dim: int) -> None:
    found = likeliest(_steps(CODE, dim), number_forms.credit_codes())
    assert found is not None
    assert is_credit_code(found[0])
    assert all(char in CODE_ALPHABET for char in found[0])


def test_equal_digits_without_a_blank_between_them_are_one() -> None:
    once = np.asarray([_shares("7", 0.98), _shares("7", 0.98)], np.float32)
    found = likeliest(once, in_turn({"7"}))
    assert found is not None
    assert found[0] == "7"
    assert likeliest(once[:1], in_turn({"7"}, {"7"})) is None


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (number_forms.mobile_numbers(), "17700002545"),
        (number_forms.days_of(), "2025年8月7日"),
        (number_forms.days_of(), "2014年02月16日"),
    ],
)
def test_a_form_is_read_as_it_is_printed(shape: Form, text: str) -> None:
    found = likeliest(_steps(text), shape)
    assert found is not None
    assert found[0] == text


def _line(text: str, steps: Shares, probability: float = 0.4) -> Stream:
    """A line as the engine read it, which lost some of what its steps hold."""
    parts = np.array_split(steps, len(text))
    glyphs = tuple(
        Glyph(char, probability, (i + 0.5) / len(text), (), part)
        for i, (char, part) in enumerate(zip(text, parts, strict=True))
    )
    return Stream([Line(glyphs, ((0, 0), (90, 0), (90, 30), (0, 30)), Place(0, 0, 90, 30))])


def test_a_number_found_by_its_check_digit_is_shown_for_the_eye() -> None:
    lost = NUMBER[:5] + NUMBER[6:]
    field = values.citizen_number(_line(lost, _steps(NUMBER, 5)), 0, len(lost))
    assert field is not None
    assert (field.value, field.confidence < SURE) == (NUMBER, True)
    assert values.hard_to_read(field) == [values.HARD_TO_READ]


def test_a_number_read_clearly_asks_for_no_comparison() -> None:
    field = values.citizen_number(_line(NUMBER, _steps(NUMBER), 0.99), 0, 18)
    assert field is not None
    assert (field.value, values.hard_to_read(field)) == (NUMBER, [])


def test_a_check_character_that_was_taken_for_a_sign_is_found() -> None:
    first = next(f"{NUMBER[:14]}{n:03}" for n in range(1000) if id_check(f"{NUMBER[:14]}{n:03}") == "X")
    stream = _line(f"{first}%", _steps(f"{first}X"))
    field = values.citizen_number(stream, 0, 17)
    assert field is not None
    assert (field.value, field.confidence < SURE) == (f"{first}X", True)


def test_a_number_with_a_digit_too_many_is_the_likeliest_of_eighteen() -> None:
    doubled = NUMBER[:6] + NUMBER[5:]
    field = values.citizen_number(_line(doubled, _steps(NUMBER)), 0, 19)
    assert field is not None
    assert (field.value, field.confidence < SURE) == (NUMBER, True)


def test_a_blurred_day_is_the_likeliest_there_is() -> None:
    day = values.blurred_day(_line("2025年月7g", _steps("2025年8月7日", 5)), 0, 8)
    assert day is not None
    assert (day.value, day.confidence < SURE) == ("2025-08-07", True)


def test_a_mobile_number_is_never_sure() -> None:
    phone = values.mobile_number(_line("1770002545", _steps("17700002545")), 0, 10)
    assert phone is not None
    assert (phone.value, phone.confidence < SURE) == ("17700002545", True)


def test_an_engine_that_tells_no_steps_finds_nothing() -> None:
    assert steps_of([Glyph("1", 0.9, 0.5)]) is None
    assert values.mobile_number(Stream([]), 0, 0) is None
