"""The business licence, and the code in its corner.

Rule 1: the QR code is compared with the print; where they differ neither is sure, and the person is told.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import cv2
import zxingcpp

from filing import licence_places, values
from filing.identifiers import is_credit_code
from filing.images import Page, corners
from filing.lines import DOUBTFUL, Box, Field, Kind, Line, Reading
from filing.stream import Stream, in_rows

BAD_CHECK = "The credit code does not pass its check character. Please compare it with the licence."
QR_DIFFERS = "The QR code and the printed credit code do not agree."
NO_CODE = "We found no credit code on this licence."

_BLURRED = 0.7  # a value below may hold the remains of its label
_GUESSED = 0.6
_NO_SUM = 0.4  # of a capital that is none: worth a closer look, and gives way to one that is
_CODE = re.compile(r"[0-9A-Z]{15,19}")
_LABELS = {  # field: its label; spaces are gone, so 名 称 and 类 型 stand together
    "name": r"名称|(?<![一-鿿])称(?=[一-鿿]{4})",
    "type": r"类型|(?<![一-鿿])型(?=[一-鿿]{2})|[类型](?=(?:其他)?(?:有限责任|股份有限|个人独资|个体工商))",
    "legal_rep": r"法定代表人|法定代.人|[^\W\d]定代表人|法[^\W\d]代表人|负责人|经营者|投资人|执行事务合伙人",
    "scope": r"经营范围|经营范.|经.范围",
    "capital": r"注册资本|注册资.|注册.本|注.资.|出资额",
    "established": r"成立日期|成立日.|成.日期|注册日期|成立(?=.{0,2}\d{4}年)",
    "term": r"营业期限|营.{1,2}期限?|合伙期限",
    "address": r"住所|经营场所|营业场所|(?:(?<![一-鿿])|(?<=[日整]))所(?=[一-鿿]{3})"
    r"|住.(?=[一-鿿]{2,6}(?:省|市|区|州))",
    "authority": r"登记机关|登记机.|登记.关",
}
_HALF_LABEL = re.compile(r"住[^所]")  # the other character may be the first of the address
_NEXT = re.compile("|".join(f"(?P<{name}>{label})" for name, label in _LABELS.items()))
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,7}(?:省|市|区|州)[\u4e00-\u9fff\d-]{5,}")
_NAMED = r"[\u4e00-\u9fff()]{4}"
_DAY_OF_LICENCE = r"日期?\s*(?:19|20)\d{2}年"
_COMPANY = r"(?:称|名称)?([\u4e00-\u9fff]{4,30}(?:有限责任公司|股份有限公司|有限公司|合伙企业|合作社))(?!\()"
_WORDS = rf"[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{values.WORDS}[元圆]整?"
_FORM = r"((?:其他)?(?:有限责任公司|股份有限公司)\([^()]{2,20}\))"
_TYPES = (  # as registers print them, GB/T 12402 in short
    "有限责任公司(自然人投资或控股)",
    "有限责任公司(自然人独资)",
    "有限责任公司(法人独资)",
    "有限责任公司(自然人投资或控股的法人独资)",
    "有限责任公司(非自然人投资或控股的法人独资)",
    "有限责任公司(国有独资)",
    "有限责任公司(国有控股)",
    "有限责任公司(台港澳法人独资)",
    "有限责任公司(外国法人独资)",
    "有限责任公司(中外合资)",
    "其他有限责任公司",
    "股份有限公司(非上市)",
    "股份有限公司(上市)",
    "股份有限公司(非上市、自然人投资或控股)",
    "股份有限公司(上市、自然人投资或控股)",
    "其他股份有限公司(非上市)",
    "其他股份有限公司(上市)",
    "个人独资企业",
    "普通合伙企业",
    "有限合伙企业",
    "个体工商户",
)
_NAME_ENDS = re.compile(r"(?:公司|企业|厂|店|社|所|中心|行|部|馆|院|会|合伙\)?)$")
_IN_ONE_ROW = frozenset({"legal_rep", "capital", "established"})
_FORMS = re.compile(
    r"(?:其他)?(?:有限责任公司|股份有限公司|个人独资企业|合伙企业|个体工商户|全民所有制|集体所有制|农民专业合作社)"
)


def licence(lines: Sequence[Line], qr_codes: Sequence[Field] = ()) -> Reading:
    """credit_code, name, type, legal_rep, capital, established, address; `qr_codes` say their place."""
    fields: dict[str, Field] = {}
    _credit_code(Stream(in_rows(lines)), qr_codes, fields)
    columns = _columns(lines)
    streams = [Stream(in_rows(column)) for column in columns]
    for stream in streams:
        for name, field in _labelled(stream):
            fields.setdefault(name, field)
        if "address" not in fields and (below := _below_the_day(stream)):
            fields["address"] = below
    _by_place(fields, licence_places.values_of(columns, _TYPES))
    _fall_back(streams, fields)
    _check(fields)
    order = ("credit_code", "name", "type", "legal_rep", "capital", "established", "address")
    return Reading(Kind.LICENCE, {name: fields[name] for name in order if name in fields}, notes(fields))


def notes(fields: Mapping[str, Field]) -> tuple[str, ...]:
    """What the person should know of a licence that says this."""
    code = fields.get("credit_code")
    if code is None:
        return (NO_CODE,)
    if code.rivals:
        return (QR_DIFFERS,)
    return tuple(values.hard_to_read(code)) if values.looks_proved(code) else (BAD_CHECK,)


def codes_on(page: Page) -> list[Field]:
    """The QR codes of a page, each with its text and its place in the photo; if none, once more enlarged."""
    for scale in (1.0, 2.0):
        picture = page.pixels if scale == 1.0 else cv2.resize(page.pixels, None, fx=scale, fy=scale)
        found = zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
        if found:
            return [
                Field(code.text, 1.0, _outline(page, code.position, scale), page.number) for code in found
            ]
    return []


def _outline(page: Page, place: zxingcpp.Position, scale: float) -> Box:
    edges = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return page.box_in_photo(corners([(point.x / scale, point.y / scale) for point in edges]))


def _credit_code(stream: Stream, qr_codes: Sequence[Field], fields: dict[str, Field]) -> None:
    coded = [
        replace(code, value=word)
        for code in qr_codes
        for word in re.findall(r"[0-9A-Z]{18}", str(code.value))
        if is_credit_code(word)
    ]
    read = [values.credit_code(stream, *match.span()) for match in _CODE.finditer(stream.text)]
    printed = max((f for f in read if f), key=lambda f: (values.looks_proved(f), f.confidence), default=None)
    if printed is None:
        fields.update({"credit_code": coded[0].at_most(DOUBTFUL)} if coded else {})
    elif not coded:
        fields["credit_code"] = printed
    elif printed.value == coded[0].value:
        fields["credit_code"] = printed.at_least(0.999)
    elif values.looks_proved(printed):
        fields["credit_code"] = printed.at_most(0.6).against(coded[0])
    else:
        fields["credit_code"] = replace(coded[0], box=printed.box, page=printed.page).against(printed)


def _columns(lines: Sequence[Line]) -> list[list[Line]]:
    """The left and the right column where labels stand in both; else all in one."""
    starts = [
        line.place.left
        for line in lines
        if re.match(r"\s*(?:注.{0,2}[册质资]|成\s*立|营.{1,2}期|[住佳]|出\s*资\s*额)", line.text)
        or re.search(_DAY_OF_LICENCE, line.text)
    ]
    width = max((line.place.right for line in lines), default=0.0)
    right = [left for left in starts if left > 0.4 * width]
    if len(right) < 2:
        return [list(lines)]
    edge = min(right) - 0.02 * width
    return [[x for x in lines if x.place.left < edge], [x for x in lines if x.place.left >= edge]]


def _labelled(stream: Stream) -> list[tuple[str, Field]]:
    text = stream.text
    found: list[tuple[str, Field]] = []
    labels = list(_NEXT.finditer(text))
    for i, label in enumerate(labels):
        end = labels[i + 1].start() if i + 1 < len(labels) else len(text)
        name, start = str(label.lastgroup), label.end()
        half = _HALF_LABEL.fullmatch(label[0])
        if half and start - 1 in stream.line_starts and start not in stream.line_starts:
            start -= 1  # 所 was overlooked: what begins a line of its own begins the value
        field = _value(stream, name, start, end)
        if field is not None:
            found.append((name, field.at_most(DOUBTFUL) if half else field))
    return found


def _below_the_day(stream: Stream) -> Field | None:
    """What begins like an address below the day of the establishment, where its label is lost: never sure."""
    day = re.search(values.DATE, stream.text)
    if day is None:
        return None
    over = re.search(r"登记|http", stream.text)
    end = over.start() if over else len(stream.text)
    begins = [at for at in stream.line_starts if at >= day.end() and _PLACE.match(stream.text, at, end)]
    found = _value(stream, "address", begins[0], end) if begins else None
    return found.at_most(DOUBTFUL) if found else None


def _by_place(fields: dict[str, Field], places: licence_places.Places) -> None:
    """What stands in the place of a value, where labels are too blurred to tell it: never sure."""
    for name, there in (
        ("name", places.name),
        ("legal_rep", places.head),
        ("capital", places.capital),
        ("address", places.address),
    ):
        stream = Stream(there)
        found = _value(stream, name, 0, len(stream.text)) if stream.text else None
        known = fields.get(name)
        if name == "name" and found is not None and not re.match(_NAMED, str(found.value)):
            continue
        if found is not None and (known is None or known.confidence < min(_BLURRED, found.confidence)):
            fields[name] = found.at_most(DOUBTFUL)
    kind = fields.get("type")
    if places.type and (kind is None or (kind.confidence < _BLURRED and kind.value not in _TYPES)):
        fields["type"] = Field(places.type, _GUESSED, kind.box if kind else None, kind.page if kind else 0)


def _value(stream: Stream, name: str, start: int, end: int) -> Field | None:
    if name in _IN_ONE_ROW and start:
        end = stream.row_end(start, end)
    if name == "established":
        days = values.dates(stream, start, end)
        return days[0] if days else None
    if name == "legal_rep":
        head = re.compile(values.NAME).search(stream.text, start, end)
        return values.named(stream, *head.span()) if head else None
    while start < end and stream.text[start] in (":：.-_住所" if name == "address" else ":：.-_"):
        start += 1
    if name == "address":
        over = re.compile(r"20\d{2}年|登记|国家市场|http").search(stream.text, start, end)
        end = stream.column_end(start, over.start() if over else end)
    if end - start < 2:
        return None
    if name == "capital":
        return values.amount_in_words(stream, start, end)
    if name == "name":
        return _name(stream, start, end)
    return values.address(stream, start, end) if name == "address" else stream.field(start, end)


def _name(stream: Stream, start: int, end: int) -> Field:
    """The name up to its form where something else stands behind that in the same row: then never sure."""
    for at in stream.line_starts:
        if not start < at < end or stream.line_end(at - 1, at + 1) == at:
            continue
        alien = stream.taller(at) or not _NAME_ENDS.search(stream.text[start:end])
        if alien and _NAME_ENDS.search(stream.text[start:at]):
            return stream.field(start, at).at_most(DOUBTFUL)
    return stream.field(start, end)


def _fall_back(streams: Sequence[Stream], fields: dict[str, Field]) -> None:
    """What tells itself without its label, when the label is lost: never sure."""
    for name, pattern in (
        ("name", _COMPANY),
        ("type", _FORM),
        ("capital", rf"({_WORDS})"),
    ):
        known = fields.get(name)
        complete = name == "capital" and known is not None and re.fullmatch(_WORDS, str(known.value))
        if known is None or (known.confidence < 0.7 and not complete):
            best = max(_alone(streams, pattern), key=lambda f: f.confidence, default=None)
            if best is not None:
                fields[name] = best.at_most(0.9)
    name_read = fields.get("name")
    if name_read is not None:
        whole = re.sub(
            r".份有限公司$", "股份有限公司", re.sub(r"^名.(?=[\u4e00-\u9fff]{6})", "", str(name_read.value))
        )
        if whole != name_read.value:
            fields["name"] = Field(whole, min(name_read.confidence, 0.8), name_read.box, name_read.page)
    day = _day(streams) if "established" not in fields else None
    if day is not None:
        fields["established"] = day.at_most(0.8)
    kind = fields.get("type")
    if kind is not None and kind.value not in _TYPES:
        near = difflib.get_close_matches(str(kind.value)[:30], _TYPES, n=1, cutoff=0.8)
        if near:
            fields["type"] = Field(near[0], min(kind.confidence, 0.9), kind.box, kind.page)


def _day(streams: Sequence[Stream]) -> Field | None:
    """The first day behind something, or the first of several: one alone may be that of issue at the foot."""
    found = [(stream, match) for stream in streams for match in re.finditer(values.DATE, stream.text)]
    behind = [(stream, match) for stream, match in found if match.start() not in stream.line_starts]
    days = [values.iso_date(*one) for one in behind or (found if len(found) > 1 else [])]
    return next((day for day in days if day is not None), None)


def _alone(streams: Sequence[Stream], pattern: str) -> Iterator[Field]:
    """What the pattern finds, nowhere across a label: that is two values."""
    for stream in streams:
        for start in stream.line_starts:
            match = re.compile(pattern).search(stream.text, start)
            if match is not None and not _NEXT.search(match.group(1)):
                yield stream.group(match)


def _check(fields: dict[str, Field]) -> None:
    """What nothing vouches for is shown for the person's eye."""
    kind = fields.get("type")
    if kind is not None and not _FORMS.match(str(kind.value)):
        fields["type"] = kind.at_most(0.6)
    capital = fields.get("capital")
    if capital is not None:
        words = re.match(rf"({values.WORDS}|[\d.,]+万?)元", str(capital.value).replace("人民币", ""))
        if words is None:
            fields["capital"] = capital.at_most(_NO_SUM)
    name = fields.get("name")
    if name is not None and not _NAME_ENDS.search(str(name.value)):
        fields["name"] = name.at_most(0.6)
