"""Papers that prove a debt: the IOU, the chat, the transfer."""

import re
from collections.abc import Sequence

from filing import values
from filing.idcard import number_notes
from filing.lines import DOUBTFUL, Field, Kind, Line, Reading
from filing.stream import Stream, in_rows, vouched

WORDS_DIFFER = "The amount in words and the amount in figures do not agree."
FROM_CHAT = "A chat tells no amount by itself. Please check the amount we noted."

_LENDER = re.compile(
    rf"(?:今借到|今向|兹向|兹借到|借到|出借人[::]|债权人[::])({values.NAME})(?=[(,:：]|人民币|处|借|现金|身份)"
)
_NUMBER = re.compile(r"[0-9OIlSB]{14,17}[0-9XxOIlSB×]{1,2}")
_FIGURES = re.compile(rf"(?:[¥Y小]写?[::]?|RMB)({values.FIGURES})|({values.FIGURES})元")
_WORDS = re.compile(rf"(?:人民币)?[::(]?(?:大写[::]?)?({values.WORDS})[元圆]")
_BORROWER = re.compile(rf"(?:借款人|借款方|借.人|欠款人|今借人|立据人)(?:\(.{{0,6}}\))?[::]?({values.NAME})")
_PAYEE = re.compile(
    rf"(?:转账给|收款人(?:姓名|户名|名称)?[::]?|收款方(?!式)(?:户名)?[::]?|转给|对方(?:户名|账户|姓名)[::]?|收款户名[::]?)({values.NAME})"
)
_PAID = re.compile(r"(?:[-−一]?¥?|金额[::]?¥?)(\d{1,3}(?:,\d{3})+\.\d{2}|\d+\.\d{2})")
_TIME = re.compile(r"((?:19|20)\d{2})[-年./](\d{1,2})[-月./](\d{1,2})日?(\d{2})[::.](\d{2})(?:[::.](\d{2}))?")
_SERIAL_LABEL = re.compile(
    r"(?:转账单号|交易单号|流水号|交易号|订单号|电子回单号|凭证号|转.单号|..单号)[::]?"
)
_CLOCK = re.compile(r"^\d{1,2}[::.]?\d{2}\D{0,4}$")
_CHAT_AMOUNT = re.compile(rf"({values.FIGURES})(万)?(?:元|块)")


def iou(lines: Sequence[Line]) -> Reading:
    """lender, lender_id, borrower, amount, due, date."""
    stream = Stream(in_rows(lines))
    text = stream.text
    fields: dict[str, Field] = {}
    warnings: list[str] = []
    lender = _LENDER.search(text)
    if lender:
        fields["lender"] = values.named(stream, *lender.span(1))
    number = _NUMBER.search(text)
    if number:
        warnings += _lender_number(stream, number, fields)
    warnings += _iou_amount(stream, fields)
    borrower = _borrower(stream)
    if borrower:
        fields["borrower"] = borrower
    _iou_dates(stream, fields)
    return Reading(Kind.IOU, fields, tuple(warnings))


def chat(lines: Sequence[Line]) -> Reading:
    """peer: who the chat is with; amount: the largest sum spoken of."""
    fields: dict[str, Field] = {}
    title = _chat_title(lines)
    if title is not None:
        stream = Stream([title])
        name = stream.find(rf"({values.NAME})")
        if name:
            fields["peer"] = values.person(name)
    stream = Stream(in_rows(lines))
    spoken = []
    for match in _CHAT_AMOUNT.finditer(stream.text):
        amount = values.yuan(match.group(1)) * (10_000 if match.group(2) else 1)
        spoken.append(stream.group(match, value=amount))
    if spoken:
        fields["amount"] = max(spoken, key=lambda f: float(f.value)).at_most(DOUBTFUL)
    return Reading(Kind.CHAT, fields, (FROM_CHAT,) if spoken else ())


def transfer(lines: Sequence[Line]) -> Reading:
    """payee, amount, datetime, serial."""
    stream = Stream(in_rows(lines))
    fields: dict[str, Field] = {}
    payee = _PAYEE.search(stream.text)
    if payee:
        end = stream.line_end(payee.start(1), payee.end(1))
        fields["payee"] = values.named(stream, payee.start(1), end)
    paid = _PAID.search(stream.text)
    if paid:
        fields["amount"] = stream.group(paid, value=values.yuan(paid.group(1)))
    moment = _moment(stream)
    if moment:
        fields["datetime"] = moment
    serial = _serial(lines)
    if serial:
        fields["serial"] = serial
    return Reading(Kind.TRANSFER, fields)


def _lender_number(stream: Stream, number: re.Match[str], fields: dict[str, Field]) -> list[str]:
    field = values.citizen_number(stream, *number.span())
    if field is None:
        return []
    fields["lender_id"] = field
    return list(number_notes(field))


def _iou_amount(stream: Stream, fields: dict[str, Field]) -> list[str]:
    words, figures = _WORDS.search(stream.text), _FIGURES.search(stream.text)
    said = values.yuan_in_words(words.group(1)) if words else None
    spelled = stream.group(words, value=said) if words and said is not None else None
    group = 1 if figures and figures.group(1) else 2
    counted = stream.group(figures, group, values.yuan(figures.group(group))) if figures else None
    both = [field for field in (counted, spelled) if field is not None]
    if not both:
        return []
    fields["amount"] = max(both, key=lambda field: field.confidence)
    if len(both) < 2:
        fields["amount"] = both[0].at_most(DOUBTFUL)
        return []
    fields["amount"] = vouched(fields["amount"], *(f for f in both if f is not fields["amount"]))
    return [] if both[0].value == both[1].value else [WORDS_DIFFER]


def _borrower(stream: Stream) -> Field | None:
    signed = list(_BORROWER.finditer(stream.text))
    if not signed:
        return None
    first, last = signed[-1].span(1)
    return values.named(stream, first, stream.line_end(first + 1, last))


def _iou_dates(stream: Stream, fields: dict[str, Field]) -> None:
    days = values.dates(stream)
    if not days:
        return
    due = re.search(rf"(?:于|至|到|在|限){values.DATE}(?:之?前|归还|还|止|到期|全部)", stream.text)
    repay = values.iso_date(stream, due) if due else None
    if repay:
        fields["due"] = repay
    fields["date"] = days[-1]
    if repay and str(repay.value) < str(days[-1].value):
        fields["due"], fields["date"] = repay.at_most(0.6), days[-1].at_most(0.6)


def _chat_title(lines: Sequence[Line]) -> Line | None:
    """The name on top: the first row that is neither the phone's clock nor its status bar."""
    ordered = in_rows(lines)
    return next(
        (
            line
            for line in ordered[:6]
            if not _CLOCK.match(line.text.strip()) and re.search(values.NAME, line.text)
        ),
        None,
    )


def _moment(stream: Stream) -> Field | None:
    match = _TIME.search(stream.text)
    if match is None or values.iso_date(stream, match) is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    return stream.field(
        match.start(), match.end(), f"{year}-{int(month):02}-{int(day):02} {hour}:{minute}:{second or '00'}"
    )


def _serial(lines: Sequence[Line]) -> Field | None:
    """Digits after their label; those that overflow stand in the lines below, without a label."""
    stream = Stream(in_rows(lines))
    label = max(_SERIAL_LABEL.finditer(stream.text), key=lambda found: found.start(), default=None)
    pieces = [
        m for m in re.finditer(r"[0-9A-Z]{8,40}", stream.text) if sum(c.isdigit() for c in m.group()) >= 8
    ]
    pieces = [m for m in pieces if not re.fullmatch(r"1[3-9]\d{9}", m.group())]
    if not pieces:
        return None
    last = pieces[-1]
    if label is None:
        return stream.group(last, 0).at_most(DOUBTFUL)
    # the label may stand beside the first or, centred, beside the last line of its number
    near = [m for m in pieces if m.end() >= label.start() - 24]
    start, end = near[0].start(), near[-1].end()
    digits = "".join(m.group() for m in near)
    return stream.field(start, end, digits)
