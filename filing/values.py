"""Dates, amounts, numbers and names as papers write them, with the checks that make a reading sure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

import cn2an

from filing import number_forms
from filing.decoding import Form, likeliest, steps_of
from filing.identifiers import CODE_ALPHABET, ID_LENGTH, IdNumber, id_number, is_credit_code
from filing.lines import DOUBTFUL, LOOKALIKES, Field, Glyph
from filing.stream import Stream
from filing.surnames import begins_with_surname, other_surname

HARD_TO_READ = "A number on this paper was hard to read. Please compare it with the photo, digit by digit."
PROVED = 0.99
_MOST_LOST, _MOST_MISSING = 7, 3  # characters of a number that are found again, or shown as lacking
_LIKELIER = 0.4  # of all texts of a form
_MOST_MENDED = 0.8
NAME = r"[\u3400-\u9fff\U00020000-\U000323af]{1,12}(?:·[\u3400-\u9fff]{1,12}){0,3}"
DATE = r"((?:19|20)\d{2})[年./-](1[0-2]|0?[1-9])[月./-](3[01]|[12]\d|0?[1-9])(?!\d)日?"
_BARE_DATE = r"(?<!\d)((?:19|20)\d{2})(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?!\d)"
# a comma between thousands may be read as a dot; what stands behind one is never an amount of its own
FIGURES = r"(?<![\d.,·])(?:\d{1,3}(?:[.,]\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)"
_FIGURES_SPELLED = {char: i for i, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零Oo", 0)
_SPELLED = (
    r"([一二][〇○零Oo0九][〇○零Oo0一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月"
    r"([一二三四五六七八九十]{1,3})日"
)
LONGEST_NAME = 4  # two of a double surname and two given
WORDS = r"[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟弍叄]{1,24}"
_VARIANTS = str.maketrans(
    {
        "叄": "叁",
        "参": "叁",
        "參": "叁",
        "弍": "贰",
        "貳": "贰",
        "陸": "陆",
        "萬": "万",
        "億": "亿",
        "圓": "元",
    }
)
_NATIONS_LIST = """
汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水
东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克
俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 穿青人
"""  # GB/T 3304, and the one group under identification that cards name
NATIONS = frozenset(_NATIONS_LIST.split())


def person(field: Field) -> Field:
    """A name as sure as it was read; one character alone is the rest of a name that something covers, and
    more than four without a dot have something beside them.
    """
    name = str(field.value)
    whole = 2 <= len(name) <= LONGEST_NAME or ("·" in name and len(name) > LONGEST_NAME)
    # the rest of a name is worth a closer look, which begins below 0.5
    return field if whole else field.at_most(0.4 if len(name) < 2 else 0.6)


def named(stream: Stream, start: int, end: int) -> Field:
    """The person whose name stands between two positions.

    Where the first character is no surname the likeliest that is one takes its place; neither is sure.
    """
    field = person(stream.field(start, end))
    name = str(field.value)
    if not name or "·" in name or begins_with_surname(name):
        return field
    other = other_surname(stream.glyphs(start, end))
    if other is None:
        return field.at_most(DOUBTFUL)
    char, share = other
    return replace(field, value=char + name[1:]).at_most(share)


def iso_date(stream: Stream, match: re.Match[str], first: int = 1) -> Field | None:
    """The date in three groups of a match as YYYY-MM-DD, or None when there is no such day."""
    try:
        day = date(*(int(match.group(first + i)) for i in range(3)))
    except ValueError:
        return None
    return stream.field(match.start(first), match.end(first + 2), day.isoformat())


def dates(stream: Stream, start: int = 0, end: int | None = None, *, bare: bool = True) -> list[Field]:
    """All possible dates, in order; those of `bare` digits may be anything else."""
    last = len(stream.text) if end is None else end
    found = [
        (m, iso_date(stream, m))
        for pattern in (DATE, _BARE_DATE)[: 1 + bare]
        for m in re.compile(pattern).finditer(stream.text, start, last)
    ]
    found += [(m, _spelled_date(stream, m)) for m in re.compile(_SPELLED).finditer(stream.text, start, last)]
    return [day for _, day in sorted(found, key=lambda pair: pair[0].start()) if day is not None]


def _spelled_date(stream: Stream, match: re.Match[str]) -> Field | None:
    """二〇二五年八月二十七日, as formal papers end."""
    year = int("".join(str(_FIGURES_SPELLED.get(char, char)) for char in match.group(1)))
    try:
        day = date(year, *(int(cn2an.cn2an(match.group(i), "smart")) for i in (2, 3)))
    except ValueError:
        return None
    return stream.field(match.start(1), match.end(3), day.isoformat())


def yuan(figures: str) -> int | float:
    """12,345.60 -> 12345.6, 3.500.00 -> 3500; whole amounts as int."""
    number = float(re.sub(r"[.,](?=\d{3})", "", figures))
    return int(number) if number.is_integer() else number


def yuan_in_words(words: str) -> int | None:
    """贰拾万零伍佰 -> 200500; None when it is not a number."""
    try:
        return int(cn2an.cn2an(words.translate(_VARIANTS), "smart"))
    except ValueError:
        return None


def upper_figures(words: str) -> str:
    """Amount words in the characters that the People's Bank prescribes."""
    return words.translate(_VARIANTS)


_AUTONOMOUS, _ADDRESS_ENDS = "族自治", frozenset("号室户组栋幢楼层院村")
_MAY_END = _ADDRESS_ENDS | frozenset("社队区街路巷弄里园苑座厦城店铺房场内侧旁边东西南北)") | {""}
_REST = 0.7
_DISTRICT = re.compile(r"[省市区县州旗盟乡镇]")
_GATE = re.compile(r"(?<=[\u4e00-\u9fff])内(?=[村乡镇县市])")  # 门 of some fonts reads so
_IN_WORDS = frozenset(
    "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整人民币美港欧()0123456789.一二三四五六七八九十百千"
)
_BEGINS_WORDS = _IN_WORDS - frozenset("零佰仟万亿元圆角分整民币().百千")


def amount_in_words(stream: Stream, start: int, end: int) -> Field:
    """An amount in words; a character that none has there gives way to the likeliest that one may have."""
    field = stream.field(start, end)
    said = ""
    for glyph in stream.glyphs(start, end):
        may = _IN_WORDS if said else _BEGINS_WORDS
        char = upper_figures(glyph.char)
        if char not in may:
            char = next((upper_figures(c) for c, _ in glyph.others if upper_figures(c) in may), char)
        said += char
    changed = said != upper_figures(str(field.value))
    return Field(said, min(field.confidence, 0.8) if changed else field.confidence, field.box, field.page)


def address(stream: Stream, start: int, end: int) -> Field:
    """The address between two positions.

    What stands before 族自治 is a nation, places are named after a gate (石门村), and the last character is
    one that addresses end with: where it was read otherwise, the likeliest of those takes its place, and the
    address is not sure. Nor is one that ends with a figure or as no address does, or that names no district:
    the rest may stand in a row that was not found.
    What follows in larger letters is a mark laid over the paper; an address without it is not sure either.
    """
    printed = stream.grows(start, end)
    if printed < end:
        return address(stream, start, printed).at_most(DOUBTFUL)
    field = stream.field(start, end)
    said = str(field.value)
    glyphs = stream.glyphs(start, end)
    if said[-2:-1] in _ADDRESS_ENDS and _alien(glyphs[-1], said[-1]):
        return address(stream, start, end - 1).at_most(DOUBTFUL)
    area = said.find(_AUTONOMOUS)
    places = [] if said[-1:] in _MAY_END else [(len(said) - 1, _ADDRESS_ENDS)]
    if area > 0 and not any(said[max(0, area - n) : area] in NATIONS for n in range(1, 5)):
        places.append((area - 1, NATIONS))
    places += [(match.start(), frozenset("门")) for match in _GATE.finditer(said)]
    for at, may in places:
        char = next((char for char, _ in glyphs[at].others if char in may), said[at])
        said = said[:at] + char + said[at + 1 :]
    if said != field.value:
        return replace(field, value=said).at_most(_MOST_MENDED)
    whole = said[-1:] in _MAY_END and not said[-1:].isdigit() and _DISTRICT.search(said)
    return field if whole else field.at_most(DOUBTFUL)


def _alien(glyph: Glyph, char: str) -> bool:
    """Is this, behind an address that has ended, the rest of a mark that runs across it?"""
    ends = any(other in _ADDRESS_ENDS for other, _ in glyph.others)
    return char not in _MAY_END and not ends and glyph.probability < _REST


def citizen_number(stream: Stream, start: int, end: int, *, birth: str | None = None) -> Field | None:
    """An identity number from the characters between two positions; None where there is nothing like one.

    Proved by its check digit it is sure; mended from second choices, or failing the check, never.
    """
    born = date.fromisoformat(birth) if birth else None
    return _number(
        stream,
        start,
        end,
        alphabet="0123456789X",
        proves=lambda text: _plausible(id_number(text), birth),
        shape=number_forms.citizen_numbers(born),
    )


def credit_code(stream: Stream, start: int, end: int) -> Field | None:
    """A unified social credit code, as `citizen_number`."""
    return _number(
        stream,
        start,
        end,
        alphabet=CODE_ALPHABET,
        proves=is_credit_code,
        shape=number_forms.credit_codes(),
    )


def mobile_number(stream: Stream, start: int, end: int) -> Field | None:
    """The mobile number that blurred characters most likely show: nothing proves one, so it is never sure."""
    return _likeliest(stream, start, end, number_forms.mobile_numbers())


def blurred_day(stream: Stream, start: int, end: int) -> Field | None:
    """The day that a blurred row most likely shows, as YYYY-MM-DD: never sure."""
    found = _likeliest(stream, start, end, number_forms.days_of())
    match = re.fullmatch(DATE, str(found.value)) if found else None
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return replace(found, value=day.isoformat()) if found and day else None


def _likeliest(stream: Stream, start: int, end: int, shape: Form) -> Field | None:
    """What is of this form and clearly likelier than anything else of it."""
    steps = steps_of(stream.glyphs(start, end))
    found = likeliest(steps, shape) if steps is not None else None
    if found is None or found[1] < _LIKELIER:
        return None
    text, share = found
    return replace(stream.field(start, end, text), confidence=_MOST_MENDED * share)


def looks_proved(field: Field) -> bool:
    """Does the number in this field pass its own check?"""
    text = str(field.value)
    return id_number(text) is not None or is_credit_code(text)


def hard_to_read(field: Field | None) -> list[str]:
    """The warning for a number that passes its check and may all the same be another one."""
    return [HARD_TO_READ] if field and looks_proved(field) and field.confidence <= _MOST_MENDED else []


def _plausible(number: IdNumber | None, birth: str | None) -> bool:
    return number is not None and (birth is None or number.birth.isoformat() == birth)


def _number(
    stream: Stream, start: int, end: int, *, alphabet: str, proves: Callable[[str], bool], shape: Form
) -> Field | None:
    length = ID_LENGTH  # both kinds have 18 characters
    glyphs = stream.glyphs(start, end)
    text = "".join(LOOKALIKES.get(g.char, g.char) if g.char not in alphabet else g.char for g in glyphs)
    if len(text) < length - _MOST_LOST:
        return None
    # the last character may not have been taken for one of a number
    reach = end if len(text) >= length else stream.line_end(end - 1, min(end + 1, len(stream.text)))
    found = None if proves(text[:length]) else _likeliest(stream, start, reach, shape)
    if found is not None and proves(str(found.value)):
        return found
    if len(text) > length:
        end = start + length
        glyphs, text = glyphs[:length], text[:length]
    field = stream.field(start, end, text)
    if len(text) == length and proves(text):
        # one misread character never passes the check, two of them one time in eleven or thirty-one
        return field.at_least(PROVED) if field.confidence > 0.7 else field.at_most(DOUBTFUL)
    mended = [said for said in islice(_second_choices(glyphs, text, alphabet), 400) if proves(said)]
    if len(text) == length and mended:
        return Field(mended[0], min(field.confidence, _MOST_MENDED), field.box, field.page)
    return field.at_most(0.5) if len(text) >= length - _MOST_MISSING else None


def _second_choices(glyphs: Sequence[Glyph], text: str, alphabet: str) -> Iterator[str]:
    """The text with one character replaced by another that the engine held possible, likeliest first."""
    options = [
        (share / glyph.probability, i, char)
        for i, glyph in enumerate(glyphs)
        for char, share in glyph.others
        if char in alphabet and char != text[i]
    ]
    for _, i, char in sorted(options, reverse=True):
        yield text[:i] + char + text[i + 1 :]
