"""A name begins with a surname, or is looked at again."""

from filing import values
from filing.lines import DOUBTFUL, SURE, Field, Glyph, Line, Place
from filing.pleadings import complaint
from filing.stream import Stream


def _name(text: str, first: float = 0.99, others: tuple[tuple[str, float], ...] = ()) -> Field:
    glyphs = tuple(
        Glyph(char, 0.99 if i else first, i / len(text), () if i else others) for i, char in enumerate(text)
    )
    line = Line(glyphs, ((0, 0), (90, 0), (90, 30), (0, 30)), Place(0, 0, 90, 30))
    return values.named(Stream([line]), 0, len(text))


def test_a_name_that_begins_as_names_do_is_as_sure_as_it_was_read() -> None:
    assert _name("欧阳明") == values.person(_name("欧阳明"))
    assert _name("厍光涵").confidence >= SURE


def test_a_blurred_first_character_gives_way_to_the_likeliest_surname_and_is_not_sure() -> None:
    field = _name("集新伟", 0.6, (("佳", 0.2), ("焦", 0.15)))
    assert (field.value, field.confidence) == ("焦新伟", 0.15)


def test_what_was_read_clearly_stays_and_is_shown_for_the_eye() -> None:
    field = _name("库光涵", 0.98, (("厍", 0.01),))
    assert (field.value, field.confidence) == ("库光涵", DOUBTFUL)


def test_a_name_with_a_dot_has_no_surname_to_look_for() -> None:
    assert _name("加娜尔·赛力克").confidence >= SURE


def test_a_rare_character_that_reads_as_its_neighbour_in_two_places_is_not_sure() -> None:
    lines = []
    for row, (text, share) in enumerate((("原告:权错,男", 0.62), ("具状人:权错", 0.9))):
        glyphs = tuple(
            Glyph(char, share, i / 8, (("锴", 0.98 - share),)) if char == "错" else Glyph(char, 0.999, i / 8)
            for i, char in enumerate(text)
        )
        top = 40.0 * row
        box = ((0.0, top), (240.0, top), (240.0, top + 30), (0.0, top + 30))
        lines.append(Line(glyphs, box, Place(0, top, 240, top + 30)))
    plaintiff = complaint(lines).fields["plaintiff"]
    assert (plaintiff.value, plaintiff.confidence) == ("权错", 0.9)
