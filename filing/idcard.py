"""The resident identity card, both sides (GA 448, GA 490).

Rule 1: printed birth and sex are compared with the number; what disagrees is shown, never silently resolved.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from filing import card_places, identifiers, values
from filing.identifiers import IdNumber
from filing.lexicon import likeliest
from filing.lines import DOUBTFUL, Field, Glyph, Kind, Line, Reading
from filing.stream import Stream, in_rows
from filing.watermarks import unmarked_end

BAD_CHECK = "The identity number does not pass its check digit. Please compare it with the card."
UNKNOWN_AREA = "The area code of the identity number is not one we know."
BIRTH_DIFFERS = "The printed date of birth and the identity number do not agree."
SEX_DIFFERS = "The printed sex and the identity number do not agree."
PERIOD_AND_AGE = "The period of validity on the back does not fit the date of birth on the front."
ODD_PERIOD = "The period of validity is not one that identity cards have."

_LABELS = (  # label, as the engine may misread it at the start of a line or after another value
    ("name", r"姓名|[姓性]名|姓[^性]"),
    ("sex", r"性别|性[^名]|[^\u4e00-\u9fff]?别(?=[男女])"),
    ("nation", r"民族|(?<!公)民(?!身)|(?<=[男女]).?族|氏族"),
    ("birth", r"出生|出(?=\d{4})|[^年]生(?=\d{4})"),
    ("address", r"住址|[住佳往任][址城坡]?|[住作]址|址"),
    ("number", r"公[民尺]身份.{0,2}码?|公民.{0,4}号码?|身份号码|号码(?=\d{10})"),
)
_NUMBER = re.compile(r"[0-9OIlSBZ]{14,17}[0-9XxOIlSBZ×]{1,2}")
_BLURRED_NUMBER = re.compile(r"[0-9][0-9A-Za-z×]{10,20}")
_STROKE = re.compile(r"[一二三丨—–_.·'\"-]|[A-Za-z]{1,3}")  # a mouth or a collar of the portrait reads so
_ALONE = r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{2,12}·[\u3400-\u9fff]{2,12}"
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,7}(?:省|市|区|州)[\u4e00-\u9fff]{2}")
_DIRT = "样本仅供测试演示"
_BLURRED = 0.7  # a value below may hold the remains of its label
_LEAST_ADDRESS = 4
_MARKED = r"[样本]{2}|仅供"
_GUESSED = 0.6
_AUTHORITY = "签发机关"
LONG_TERM = "长期"
_TERMS_BY_AGE = ((16, 5), (26, 10), (46, 20))  # younger than … years, valid for … years
_APPLYING = timedelta(days=60)
_TERMS = (5, 10, 20)  # years; Law on Resident Identity Cards art. 5


def front(lines: Sequence[Line]) -> Reading:
    """name, sex, nation, birth, address, id_number: those that could be read."""
    legible = [line for line in lines if not _STROKE.fullmatch(line.text.strip())]
    stream = Stream(in_rows(legible))
    fields: dict[str, Field] = {}
    number = _number(stream)
    if number is not None:
        fields["id_number"] = number
    proved = identifiers.id_number(str(number.value)) if number else None
    spans = _labelled(stream, number)
    _put(fields, "name", _name(stream, spans))
    _put(fields, "sex", _sex(stream, spans))
    _put(fields, "nation", _nation(stream, spans))
    _put(fields, "birth", _birth(stream))
    _put(fields, "address", _address(stream, spans))
    _by_place(fields, card_places.values_of(legible))
    _compare(fields, proved)
    order = ("name", "sex", "nation", "birth", "address", "id_number")
    return Reading(Kind.ID_FRONT, {name: fields[name] for name in order if name in fields}, notes(fields))


def notes(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """What the person should know of a front that says this."""
    number = fields.get("id_number")
    proved = identifiers.id_number(str(number.value)) if number else None
    differing = _differing(fields, proved) if proved else []
    return (*(differs for _, _, differs in differing), *number_notes(number, weighed=bool(differing)))


def number_notes(number: Field | None, *, weighed: bool = False) -> tuple[str, ...]:
    """What the person should know of an identity number or credit code; `weighed`: its doubt has a reason."""
    if number is None:
        return ()
    if not values.looks_proved(number):
        return (BAD_CHECK,)
    known = identifiers.id_number(str(number.value))
    area = [UNKNOWN_AREA] if known and not known.area_known else []
    return (*([] if weighed else values.hard_to_read(number)), *area)


def _by_place(fields: dict[str, Field], places: card_places.Places) -> None:
    """What stands in the place of a value, where labels are too blurred to tell it: never sure."""
    name, address = Stream(places.name), Stream(places.address)
    said = re.compile(values.NAME).search(name.text)
    for field, found in (
        ("name", values.named(name, *said.span()) if said else None),
        ("nation", _nation_of(places.nation)),
        ("address", _unmarked(address, 0, len(address.text))),
    ):
        known = fields.get(field)
        if found is not None and (known is None or known.confidence < min(_BLURRED, found.confidence)):
            fields[field] = found.at_most(DOUBTFUL)


def _nation_of(glyphs: Sequence[Glyph]) -> Field | None:
    """The nation that is clearly meant behind the remains of its label."""
    for label in (2, 1, 3, 0):
        meant = likeliest(glyphs[label:], values.NATIONS)
        if meant is not None:
            return Field(meant, _GUESSED, None)
    return None


def back(lines: Sequence[Line]) -> Reading:
    """authority, valid_from, valid_to."""
    stream = Stream(in_rows(lines))
    fields: dict[str, Field] = {}
    authority = _authority(stream)
    if authority is not None:
        fields["authority"] = authority
    _period(stream, fields)
    return Reading(Kind.ID_BACK, fields, notes_of_back(fields))


def notes_of_back(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """What the person should know of a back that says this."""
    return () if _usual_term(fields) else (ODD_PERIOD,)


def sides_agree(birth: date, valid_from: date, valid_to: date | None) -> bool:
    """Is the card valid for as long as it is issued at that age? None: long-term. (Identity Card Law art. 5)

    The age counts on the day of the application, up to sixty days before the period begins.
    """
    term = None if valid_to is None else valid_to.year - valid_from.year
    return term in (term_at(birth, valid_from), term_at(birth, valid_from - _APPLYING))


def term_at(birth: date, day: date) -> int | None:
    """For how many years a card applied for on this day is valid; None: long-term."""
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return next((years for until, years in _TERMS_BY_AGE if age < until), None)


def _put(fields: dict[str, Field], name: str, field: Field | None) -> None:
    if field is not None and field.value != "":
        fields[name] = field


def _number(stream: Stream) -> Field | None:
    span = _number_at(stream)
    if span is None:
        return None
    printed = _birth(stream)
    birth = str(printed.value) if printed and printed.confidence > 0.9 else None
    return values.citizen_number(stream, *span, birth=birth) or values.citizen_number(stream, *span)


def _number_at(stream: Stream) -> tuple[int, int] | None:
    """The number in the last line that holds one; failing that, one that runs over several pieces.

    An address may end in digits right above: 263号 reads as 2639 where it is blurred.
    """
    borders = (*stream.line_starts, len(stream.text))
    alone = [m for first, last in pairwise(borders) for m in _NUMBER.finditer(stream.text, first, last)]
    found = alone or list(_NUMBER.finditer(stream.text)) or list(_BLURRED_NUMBER.finditer(stream.text))
    return found[-1].span() if found else None


def _labelled(stream: Stream, number: Field | None) -> dict[str, tuple[int, int]]:
    """Where the value of each label stands: from the label's end to the next label's start."""
    text = stream.text
    numbered = _number_at(stream)
    stop = numbered[0] if number is not None and numbered else len(text)
    found: list[tuple[str, int, int]] = []
    start = 0
    for name, pattern in _LABELS:
        match = re.compile(pattern).search(text, start, stop)
        if match:
            found.append((name, match.start(), match.end()))
            start = match.end()
    found.append(("end", stop, stop))
    spans = {name: (end, found[i + 1][1]) for i, (name, _, end) in enumerate(found[:-1])}
    return spans | {f"{name} label": (begin, end) for name, begin, end in found[:-1]}


def _name(stream: Stream, spans: dict[str, tuple[int, int]]) -> Field | None:
    start, end = spans.get("name", (0, spans.get("sex label", (0, 0))[0]))
    match = re.compile(values.NAME).search(stream.text, start, end)
    if match is None:
        return _name_on_top(stream)
    first, last = match.span()
    while last - first > 2 and stream.text[last - 1] in _DIRT and stream.text[last - 2] in _DIRT:
        last -= 1
    return values.named(stream, first, last)


def _name_on_top(stream: Stream) -> Field | None:
    """Where glare took the labels: two to four characters alone in a row above the sex or the birth."""
    borders = (*stream.line_starts, len(stream.text))
    for start, end in pairwise(borders):
        if re.search(r"[男女]|\d{4}|[省市县区]", stream.text[start:end]):
            return None
        if re.fullmatch(_ALONE, stream.text[start:end]) and not set(stream.text[start:end]) <= set(_DIRT):
            return stream.field(start, end).at_most(DOUBTFUL)
    return None


def _sex(stream: Stream, spans: dict[str, tuple[int, int]]) -> Field | None:
    start = spans.get("sex", (0, 0))[0]
    return stream.find(r"([男女])", start=start)


def _nation(stream: Stream, spans: dict[str, tuple[int, int]]) -> Field | None:
    """A nation of the list, after its label or between sex and birth; else one of the second choices."""
    sex = re.search(r"[男女]", stream.text)
    start, end = spans.get("nation", (sex.end(), sex.end() + 7) if sex else (0, 0))
    end = min(end, start + 8)
    for at in range(start, end):
        for length in range(4, 0, -1):
            if at + length <= end and stream.text[at : at + length] in values.NATIONS:
                field = stream.field(at, at + length)
                return field if at == start else field.at_most(0.9)
    for at, glyph in enumerate(stream.glyphs(start, min(end, start + 3)), start):
        for char, share in glyph.others:
            if char in values.NATIONS:
                return Field(char, min(0.6, share), stream.field(at, at + 1).box)
    return None


def _birth(stream: Stream) -> Field | None:
    """The day behind its label where there is one: a screenshot of a card has a day of its own on top."""
    for pattern in (
        r"((?:18|19|20)\d{2})年?\D?(1[0-2]|0?[1-9])月?\D?(3[01]|[12]\d|0?[1-9])日",
        r"((?:18|19|20)\d{2})年(1[0-2]|0?[1-9])月(3[01]|[12]\d|0?[1-9])",
    ):
        days = list(re.finditer(pattern, stream.text))
        labelled = [day for day in days if "生" in stream.text[max(0, day.start() - 2) : day.start()]]
        if days:
            return values.iso_date(stream, (labelled or days)[0])
    return None


def _address(stream: Stream, spans: dict[str, tuple[int, int]]) -> Field | None:
    if "address" in spans:
        start, end = spans["address"]
    else:
        opening = _place_at(stream)
        if opening is None:
            return None
        start, end = opening, spans.get("number", (len(stream.text), 0))[0]
        label = re.compile(_LABELS[-1][1]).search(stream.text, start)
        number = _number_at(stream)
        borders = [label.start() if label else end, number[0] if number and number[0] > start else end]
        end = min((border for border in borders if border >= start), default=end)
    field = _unmarked(stream, start, end)
    return field if field is None or "address" in spans else field.at_most(DOUBTFUL)


def _unmarked(stream: Stream, start: int, end: int) -> Field | None:
    """The address between two positions without the sample mark that runs into it."""
    while start < end and stream.text[start] in "本样":
        start += 1
    end = stream.column_end(start, end)
    over = start + unmarked_end(stream.text[start:end])
    if over - start < _LEAST_ADDRESS:
        return None
    field = values.address(stream, start, over)
    return field.at_most(_GUESSED) if over < end or re.search(_MARKED, str(field.value)) else field


def _place_at(stream: Stream) -> int | None:
    """Where an address without its label begins: behind the day, or with the row that names a place."""
    born = re.search(r"\d{1,2}日", stream.text)
    if born is not None:
        return born.end()
    return next((at for at in stream.line_starts if _PLACE.match(stream.text, at)), None)


def _compare(fields: dict[str, Field], proved: IdNumber | None) -> None:
    number = fields.get("id_number")
    if number is None:
        return
    if proved is None:
        fields["id_number"] = number.at_most(0.5)
        return
    for name, said in (("birth", proved.birth.isoformat()), ("sex", proved.sex)):
        printed = fields.get(name)
        if printed is None or (printed.value != said and printed.confidence < 0.8):
            fields[name] = Field(said, min(number.confidence, DOUBTFUL), printed.box if printed else None)
        elif printed.value == said:
            fields[name] = printed.at_least(min(values.PROVED, number.confidence))
    for name, said, _ in _differing(fields, proved):
        fields[name] = fields[name].at_most(0.6).against(Field(said, number.confidence, number.box))
        fields["id_number"] = fields["id_number"].at_most(0.6)
    if "nation" in fields and fields["nation"].value not in values.NATIONS:
        fields["nation"] = fields["nation"].at_most(0.5)


def _differing(fields: Mapping[str, Field], proved: IdNumber) -> list[tuple[str, str, str]]:
    """What is printed and not what the number says: the field, what the number says, and the words for it."""
    told = (("birth", proved.birth.isoformat(), BIRTH_DIFFERS), ("sex", proved.sex, SEX_DIFFERS))
    return [one for one in told if one[0] in fields and fields[one[0]].value != one[1]]


def _authority(stream: Stream) -> Field | None:
    """The police station, after its label or, where that is lost, after what can only be its remains."""
    start = max(
        (m.end() for m in re.finditer(r"共和国|居民身份证|签发机关|.{2}机关|[签发]机?关", stream.text)),
        default=0,
    )
    match = re.compile(r"[\u4e00-\u9fff]{2,20}?公安[局厅](?:[\u4e00-\u9fff]{1,9}分局)?").search(
        stream.text, start
    )
    if match is None:
        return None
    first = match.start()
    # the label, blurred, still has one of its characters in its place
    alike = sum(a == b for a, b in zip(stream.text[first : first + 4], _AUTHORITY, strict=False))
    if alike and match.end() - first > len(_AUTHORITY) + 5:
        return stream.field(first + len(_AUTHORITY), match.end()).at_most(0.6)
    return stream.field(first, match.end())


def _period(stream: Stream, fields: dict[str, Field]) -> None:
    found = list(re.finditer(r"((?:19|20)\d{2})[.,年]?(\d{2})[.,月]?(\d{2})日?", stream.text))
    if not found:
        return
    _put(fields, "valid_from", values.iso_date(stream, found[0]))
    if len(found) > 1:
        _put(fields, "valid_to", values.iso_date(stream, found[1]))
    else:
        _put(fields, "valid_to", stream.find(rf"({LONG_TERM})", start=found[0].end()))
    usual = _usual_term(fields)
    proving = usual and fields["valid_to"].value != LONG_TERM
    for name in fields.keys() & {"valid_from", "valid_to"}:
        if not usual:
            fields[name] = fields[name].at_most(0.6)
        elif proving and fields[name].confidence > 0.6:
            fields[name] = fields[name].at_least(values.PROVED)


def _usual_term(fields: Mapping[str, Field]) -> bool:
    """Cards are valid for 5, 10 or 20 years to the day, or for good."""
    if "valid_from" not in fields or "valid_to" not in fields:
        return False
    if fields["valid_to"].value == LONG_TERM:
        return True
    begins, ends = (date.fromisoformat(str(fields[name].value)) for name in ("valid_from", "valid_to"))
    exactly = (ends.month, ends.day) == (begins.month, begins.day) or (begins.month, begins.day) == (2, 29)
    return exactly and ends.year - begins.year in _TERMS
