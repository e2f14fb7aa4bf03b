"""The edge of a column of values is told by place, however its labels read."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing import card_places, idcard, licence, licence_places
from filing.columns import edge_through, one_below_the_other, pitch_of, right_of
from filing.identifiers import id_check
from filing.lines import SURE, Glyph, Line, Place

NUMBER = "44019919900307641"
NUMBER += id_check(NUMBER)
EM = 40.0


def _line(left: float, row: float, text: str, probability: float = 0.999, label: int = 0) -> Line:
    """Ideographs are EM wide, all else half of it; rows are 60 pixels apart; a label is read badly."""
    wide = [EM if char >= "\u3400" else EM / 2 for char in text]
    width = sum(wide)
    at = [(sum(wide[:i]) + wide[i] / 2) / width for i in range(len(text))]
    glyphs = tuple(
        Glyph(char, 0.4 if i < label else probability, place)
        for i, (char, place) in enumerate(zip(text, at, strict=True))
    )
    top = 60 * row
    box = ((left, top), (left + width, top), (left + width, top + 44), (left, top + 44))
    return Line(glyphs, box, Place(left, top, left + width, top + 44))


def _card(*rows: tuple[tuple[float, str], ...]) -> list[Line]:
    return [
        _line(left, row, text, 0.6, 2 if left == 40 else 0)
        for row, pieces in enumerate(rows)
        for left, text in pieces
    ]


BLURRED = _card(
    ((40, "作冬"), (200, "王小明")),
    ((40, "君私男"), (320, "早妆达解尔")),
    ((200, "1990年3月7日"),),
    ((40, "改"), (200, "云海省青禾市书香街")),
    ((200, "8号4单元1503"),),
    (),
    ((40, f"公尺身份号{NUMBER}"),),
)


def _texts(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]


def test_a_line_that_runs_across_the_edge_is_cut_there() -> None:
    edge = edge_through([(120.0, 0.0)], EM)
    assert edge is not None
    assert _texts(right_of([_line(0, 0, "姓名 王小明"), _line(0, 1, "姓名")], edge)) == ["王小明"]


@given(st.integers(1, 6), st.integers(2, 6))
def test_the_part_of_a_line_stands_where_its_characters_stood(start: int, count: int) -> None:
    line = _line(30, 2, "云海省青禾市书香街8号")
    part = line.part(start, start + count)
    before = [line.place.left + glyph.at * line.place.width for glyph in line.glyphs[start : start + count]]
    after = [part.place.left + glyph.at * part.place.width for glyph in part.glyphs]
    assert after == pytest.approx(before)
    assert part.text == line.text[start : start + count]


def test_an_edge_leans_with_the_card() -> None:
    edge = edge_through([(100.0, 0.0), (120.0, 100.0)], EM)
    assert edge is not None
    assert edge.at(200.0) == pytest.approx(140.0)


def test_the_pitch_is_that_of_ideographs_and_too_few_tell_none() -> None:
    assert pitch_of([_line(0, 0, "云海省青禾市"), _line(0, 1, "8888")]) == pytest.approx(EM)
    assert pitch_of([_line(0, 0, "王明")]) == 0.0


def test_a_value_ends_above_an_empty_row() -> None:
    lines = [_line(0, 0, "云海省"), _line(0, 1, "8号"), _line(0, 4, "经记机关")]
    assert _texts(list(one_below_the_other(lines))) == ["云海省", "8号"]


def test_on_a_blurred_card_places_tell_what_labels_do_not_and_none_is_sure() -> None:
    fields = idcard.front(BLURRED).fields
    assert (fields["name"].value, fields["address"].value) == ("王小明", "云海省青禾市书香街8号4单元1503")
    assert all(fields[name].confidence < SURE for name in ("name", "address"))
    assert fields["id_number"].value == NUMBER


def test_without_number_or_birth_no_place_is_told() -> None:
    assert card_places.values_of(BLURRED[:-1]) == card_places.Places()
    assert (
        card_places.values_of([line for line in BLURRED if "1990年" not in line.text]) == card_places.Places()
    )


def test_an_identity_number_below_digits_of_an_address_is_read_alone() -> None:
    card = [line for line in BLURRED if "公尺" not in line.text]
    number = idcard.front([*card, _line(200, 6, NUMBER)]).fields["id_number"]
    assert (number.value, number.confidence >= SURE) == (NUMBER, True)


LEFT = ["6春云海恒信科技有限公司", "类型其他有限责任公司", "该定代美人李大海"]
RIGHT = ["注册资本叁佰万元整", "藏立日期2014年04月22日", "仕听云海省青禾市书香街272号"]


def _licence(left: Sequence[str] = LEFT, right: Sequence[str] = RIGHT) -> list[Line]:
    labels = (2, 2, 5), (4, 4, 2)
    lines = []
    for column, (edge, texts) in enumerate(((240.0, left), (840.0, right))):
        for row, text in enumerate(texts):
            begins = edge - sum(EM if char >= "\u3400" else EM / 2 for char in text[: labels[column][row]])
            lines.append(_line(begins, row, text, 0.6, labels[column][row]))
    return lines


def test_on_a_blurred_licence_places_tell_what_labels_do_not_and_none_is_sure() -> None:
    fields = licence.licence(
        [*_licence(), _line(840, 3, "11层1730室", 0.6), _line(900, 9, "登记机关")]
    ).fields
    assert {name: field.value for name, field in fields.items()} == {
        "name": "云海恒信科技有限公司",
        "type": "其他有限责任公司",
        "legal_rep": "李大海",
        "capital": "叁佰万元整",
        "established": "2014-04-22",
        "address": "云海省青禾市书香街272号11层1730室",
    }
    assert all(field.confidence < SURE for field in fields.values())


def test_a_type_of_two_rows_is_not_followed_by_a_head() -> None:
    column = [
        _line(160, 0, "类型股份有限公司(非上市、自然人"),
        _line(240, 1, "投资或控股)"),
        _line(40, 2, "法定代表人李大海"),
    ]
    places = licence_places.values_of(
        [column, [_line(640, 0, "成立日期2014年04月22日")]], {"股份有限公司(非上市、自然人"}
    )
    assert _texts(places.head) == ["李大海"]


def test_the_day_of_issue_at_the_foot_is_not_the_day_of_establishment() -> None:
    paper = [_line(0, 0, "名称云海恒信科技有限公司"), _line(600, 9, "2022年5月16日")]
    assert "established" not in licence.licence(paper).fields


def test_a_type_is_not_taken_for_a_name_because_it_ends_like_one() -> None:
    left = [_line(40, 0, "名称德网泰达农业开发有限责任公司", 0.3), _line(40, 1, "类型其地有限责任公司", 0.45)]
    name = licence.licence([*left, *(_line(840, row, text) for row, text in enumerate(RIGHT))]).fields["name"]
    assert name.value == "德网泰达农业开发有限责任公司"


def test_half_a_label_is_no_part_of_the_address() -> None:
    day, label = _line(640, 0, "成立日期2014年04月22日"), _line(640, 1, "住品")
    value = _line(760, 1, "所南岭壮族自治区青禾市书香街8号2层")
    fields = licence.licence([_line(0, 0, "名称云海恒信科技有限公司"), day, label, value]).fields
    assert fields["address"].value == "南岭壮族自治区青禾市书香街8号2层"


@pytest.mark.parametrize("rest", ["", "品"])
def test_an_address_whose_label_was_half_overlooked_is_whole_and_never_sure(rest: str) -> None:
    day, label = _line(640, 0, "成立日期2014年04月22日"), [_line(640, 1, "住"), _line(720, 1, rest)]
    value = _line(780, 1, "云海省青禾市书香街8号2层")
    fields = licence.licence(
        [_line(0, 0, "名称云海恒信科技有限公司"), day, *label[: 1 + len(rest)], value]
    ).fields
    assert (fields["address"].value, fields["address"].confidence < SURE) == (
        "云海省青禾市书香街8号2层",
        True,
    )


def test_a_blurred_label_of_the_number_is_not_taken_for_that_of_the_nation() -> None:
    rows = (
        ("名王小明", 40),
        ("性指男", 40),
        ("1990年3月7日", 200),
        ("住址云海省青禾市书香街", 40),
        ("8号4单元1503室", 200),
        (f"公民身份可码{NUMBER}", 40),
    )
    card = [_line(left, row, text, 0.9) for row, (text, left) in enumerate(rows)]
    assert idcard.front(card).fields["address"].value == "云海省青禾市书香街8号4单元1503室"


@pytest.mark.parametrize("piece", ["张", "部测", "部"])
def test_a_piece_of_a_mark_beside_a_name_is_no_part_of_it_and_the_name_is_never_sure(piece: str) -> None:
    line = _line(40, 0, "名称云海恒信科技有限公司")
    torn = _line(line.place.right + 4, 0, piece)
    mark = replace(torn, place=replace(torn.place, top=-30, bottom=60))
    field = licence.licence([line, mark, _line(40, 1, "类型其他有限责任公司")]).fields["name"]
    assert (field.value, field.confidence < SURE) == ("云海恒信科技有限公司", True)


def test_a_name_of_two_rows_or_two_pieces_is_whole_and_sure() -> None:
    first = _line(40, 0, "名称云海银行")
    beside, below = _line(first.place.right + 4, 0, "股份有限公司"), _line(160, 1, "青禾分公司")
    field = licence.licence([first, beside, below, _line(40, 2, "类型其他有限责任公司")]).fields["name"]
    assert (field.value, field.confidence >= SURE) == ("云海银行股份有限公司青禾分公司", True)
