"""The civil complaint and the power of attorney.

Sources: Civil Procedure Law art. 124 (what a complaint states), art. 62 (what a power of attorney states).
Rule 1: the defendant's number, age and ethnicity are never mandatory.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from filing import identifiers, values
from filing.cause_names import CAUSES
from filing.idcard import BAD_CHECK, BIRTH_DIFFERS, number_notes
from filing.lexicon import likeliest
from filing.lines import DOUBTFUL, Field, Kind, Line, Reading
from filing.powers import named_powers
from filing.stream import Stream, in_rows, vouched

AMOUNTS_DIFFER = "The amount in the claims and the amount in the facts do not agree."
NAMES_DIFFER = "The name at the top and the signature do not agree."
GENERAL_ONLY = "A general authority does not include settling, admitting or waiving claims."
_POWER_LIST = r"(.{4,160}?)(?=委托期限|委托人[::]|$)"
_LISTED = re.compile(rf"权限[^,:：]*[::]?{_POWER_LIST}")
_LISTED_ALONE = re.compile(rf"(?:代理|委托|授权)(?:权限|范围)(?:\([^():]{{1,12}}\))?[::]{_POWER_LIST}")

_ORG = r"[\u4e00-\u9fff()（）]{2,40}?(?:公司|企业|厂|店|合作社|事务所|中心|银行|医院|学校|委员会|局|部|馆|院)"
_NUMBER_LABEL = r"(?:公民身份号?码?|身份证?号?码?|.民身份号.)[::]?"
_CODE_LABEL = r"(?:统一社会信用代码|社会信用代码|信用代码)[::]?"
_NUMBER = re.compile(rf"(?:{_NUMBER_LABEL})?([0-9OIlSB]{{14,17}}[0-9XxOIlSB×]{{1,2}})")
_BLURRED_NUMBER = re.compile(rf"{_NUMBER_LABEL}([0-9A-Za-z][^,。;:：·手联电住号]{{10,20}})")
_BLURRED_PHONE = re.compile(r"(?:电话|手机|机号|话号|联系方式)[号码]*[::.]?([0-9OIlSB]{8,13})(?![0-9])")
_BLURRED_DAY = re.compile(r"[2Zz](?=.{0,8}[年月])(?:[^\u3400-\u9fff]|[年月日]){7,13}")
_PHONE = re.compile(r"(?:电话|手机|联系方式)[号码]*[::.]?(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})")
_ADDRESS = re.compile(
    r"住(?:所地|址|所)?[::]?([\u4e00-\u9fff][\u4e00-\u9fff\w-]{4,60}?)(?=[。.,;·]|公民身|统一社|联系|身份|法定|电话|$)"
)
_ASIDE = r"(?:\(.{0,8}\))?"  # (签名), (甲方)
_AGENT = re.compile(rf"(?:[受党](?:委托|.)人|代理人){_ASIDE}[::]")
_LAWYER = re.compile(rf"(?:[::]|[受委]托人|代理人)({values.NAME}?)[,.、·]([\u4e00-\u9fff()]{{2,24}}?事务所)")
# fonts that centre their comma have it read as the dot of a name
_DOTTED = r"·(?=[男女](?:[,.·、]|[\u4e00-\u9fff]{1,4}族)|[\u4e00-\u9fff()]{2,24}?事务所|性别|住)"
_STOP = re.compile(rf"[,.。;:：、(（]|{_DOTTED}")
_NOT_GUESSED = 0.5  # two causes may differ in one character, so a blurred one proves nothing
_ALIKE, _GUESSED = 0.7, 0.9
_TWO_AND_COLON = re.compile(r"[^\d:：]{2}[:：]")
_LONGEST_CAUSE = 30
_WEAK_SUM = 0.6
_FOOT_ROWS = 3  # rows at the end of a page among which its day stands
_ROLES = {"plaintiff": "原", "defendant": "被"}  # the character that tells whose paragraph it is
_PERSON_FOLLOWS = r"(?=[\u4e00-\u9fff·]{2,12}[,、。·](?:性别|[男女]))"
_COMPANY_FOLLOWS = r"(?=[\u4e00-\u9fff()]{4,30}(?:公司|企业|中心|事务所)[,、。·])"
_HEADINGS_LOST = {  # the likeliest first
    "plaintiff": (
        rf"原告{_PERSON_FOLLOWS}",
        rf"原告{_COMPANY_FOLLOWS}",
        r"(?<=诉状)[^\W\d]{2}[::、.。,](?=[\u4e00-\u9fff]{2})",
    ),
    "defendant": (
        rf"被告{_PERSON_FOLLOWS}",
        rf"被告{_COMPANY_FOLLOWS}",
        r"[^\W\d]告[::、.。](?=[\u4e00-\u9fff]{2})",
        rf"[^\W\d]{{2}}[::、.。]{_PERSON_FOLLOWS}",
    ),
}
_LOST_COMMA = re.compile(r"性别|民族|[男女]")


def complaint(lines: Sequence[Line]) -> Reading:
    """The parties, cause, amount and date; claims and facts as texts to pre-fill a draft."""
    stream = Stream(in_rows(lines))
    fields: dict[str, Field] = {}
    warnings: list[str] = []
    parts = _parts(stream.text)
    for role in ("plaintiff", "defendant"):
        if role in parts:
            party: dict[str, Field] = {}
            warnings += _party(stream, role, parts[role], party)
            named = _ROLES[role] in stream.text[parts[role][0] - 4 : parts[role][0]]
            fields |= party if named else {name: field.at_most(DOUBTFUL) for name, field in party.items()}
    _cause(stream, parts, fields)
    for name in ("claims", "facts"):
        if name in parts:
            fields[name] = _prose(stream, *parts[name])
    warnings += _amount(stream, parts, fields)
    warnings += _signature(stream, fields)
    day = _signed_on(stream, parts)
    if day:
        fields["date"] = day
    court = stream.find(r"此致([\u4e00-\u9fff]{2,20}人民法院)")
    if court:
        fields["court"] = court
    return Reading(Kind.COMPLAINT, fields, tuple(dict.fromkeys(warnings)))


def _signed_on(stream: Stream, parts: dict[str, tuple[int, int]]) -> Field | None:
    """The last day; without its foot the page may hold others than the one it was signed on."""
    foot = parts["end"][0]
    days = values.dates(stream, foot, bare=False)
    if days and foot > parts.get("facts", (0, 0))[0]:
        return days[-1]
    rows = list(pairwise((*stream.line_starts, len(stream.text))))[-_FOOT_ROWS:]
    shown = [match for first, last in rows for match in _BLURRED_DAY.finditer(stream.text, first, last)]
    blurred = [values.blurred_day(stream, *match.span()) for match in shown]
    return next((day for day in reversed(blurred) if day), days[-1].at_most(0.6) if days else None)


def power_of_attorney(lines: Sequence[Line]) -> Reading:
    """principal, principal_id, agent, firm, power, date; powers as printed."""
    stream = Stream(in_rows(lines))
    fields: dict[str, Field] = {}
    warnings: list[str] = []
    text = stream.text
    agent_at = _AGENT.search(text)
    split = agent_at.start() if agent_at else len(text)
    first = re.search(rf"(?:委托人|委.人){_ASIDE}[::]", text[:split])
    if first:
        holder: dict[str, Field] = {}
        warnings += _party(stream, "principal", (first.end(), split), holder)
        fields |= {
            n: f
            for n, f in holder.items()
            if n in ("principal", "principal_id", "principal_phone", "principal_address")
        }
    after = split
    if agent_at:
        _agent(stream, agent_at.end(), fields)
    elif lawyer := _LAWYER.search(text):
        # the label is lost; who stands before a law firm is the agent
        fields |= {"agent": stream.group(lawyer).at_most(DOUBTFUL), "firm": stream.group(lawyer, 2)}
        after = lawyer.end()
    else:
        after = first.end() if first else 0
    warnings += _powers(stream, after, fields)
    signed = _signed(stream, rf"委托人{_ASIDE}[::]({values.NAME})", after)
    if signed and "principal" in fields:
        fields["principal"] = vouched(fields["principal"], _cleaned(signed), worth=0.0)
    days = values.dates(stream, after)
    if days:
        fields["date"] = days[-1] if agent_at else days[-1].at_most(DOUBTFUL)
    return Reading(Kind.POA, fields, tuple(dict.fromkeys(warnings)))


def _parts(text: str) -> dict[str, tuple[int, int]]:
    """Where each part of a complaint stands. The headings are searched in their order."""
    headings = (
        ("plaintiff", r"原告(?:人)?[::.]|原.[::](?=[\u4e00-\u9fff]{2,4}[,.。、])"),
        ("defendant", r"被告(?:人)?[::.]|被.[::](?=[\u4e00-\u9fff])"),
        ("cause", r"案由[::]?|.由[::](?=[\u4e00-\u9fff]{2,20}(?:.纷|纠.))|案.[::]"),
        ("claims", r"诉讼请求[::]?|诉讼.求[::]?|诉.请求[::]?|.讼请求[::]?"),
        ("facts", r"事实[与和及]理由[::]?|事实.理由[::]?|.实[与和]理由[::]?|事.[与和]理由[::]?"),
        ("end", r"此致"),
    )
    found: list[tuple[str, int, int]] = []
    start = 0
    for name, pattern in headings:
        match = re.compile(pattern).search(text, start) or _blurred_heading(name, found, text)
        if match:
            found.append((name, match.start(), match.end()))
            start = match.end()
    spans = {
        name: (end, found[i + 1][1] if i + 1 < len(found) else len(text))
        for i, (name, _, end) in enumerate(found)
    }
    spans.setdefault("end", (spans.get("facts", (0, 0))[0], len(text)))
    return spans


def _blurred_heading(name: str, found: Sequence[tuple[str, int, int]], text: str) -> re.Match[str] | None:
    """Where a party begins whose heading lost its colon or is misread: by its own words, else by its place.

    The first party stands straight below the title, the next behind it.
    """
    start = found[0][2] if found else 0
    if name == "defendant" and not found:
        return None
    tried = (re.compile(pattern).search(text, start) for pattern in _HEADINGS_LOST.get(name, ()))
    return next((match for match in tried if match), None)


def _party(stream: Stream, role: str, span: tuple[int, int], fields: dict[str, Field]) -> list[str]:
    start, end = span
    name = _party_name(stream, start, end)
    if name is not None:
        fields[role] = name
    for suffix, found in (
        ("phone", _PHONE.search(stream.text, start, end)),
        ("address", _ADDRESS.search(stream.text, start, end)),
    ):
        if found:
            fields[f"{role}_{suffix}"] = stream.group(found)
    blurred = _BLURRED_PHONE.search(stream.text, start, end)
    if (
        f"{role}_phone" not in fields
        and blurred
        and (phone := values.mobile_number(stream, *blurred.span(1)))
    ):
        fields[f"{role}_phone"] = phone
    return _party_number(stream, role, span, fields)


def _party_name(stream: Stream, start: int, end: int) -> Field | None:
    organisation = re.compile(_ORG).match(stream.text, start, end)
    cut = _STOP.search(stream.text, start, end)
    if organisation and (
        cut is None or organisation.end() <= cut.start() + 1 or organisation.end() - start > 6
    ):
        return stream.field(start, organisation.end())
    person = re.compile(values.NAME).match(stream.text, start, cut.start() if cut else min(end, start + 12))
    if person is None:
        return None
    over = _LOST_COMMA.search(stream.text, start + 2, person.end())
    # 胜男 is a name: a sex ends one only where the comma between them was lost
    last = over.start() if over and person.end() - start > values.LONGEST_NAME else person.end()
    return values.named(stream, start, last)


def _party_number(stream: Stream, role: str, span: tuple[int, int], fields: dict[str, Field]) -> list[str]:
    start, end = span
    text = stream.text
    company = re.compile(rf"{_CODE_LABEL}([0-9A-Z]{{16,19}})").search(text, start, end)
    if company:
        field = values.credit_code(stream, *company.span(1))
        if field:
            fields[f"{role}_id"] = field
        return list(number_notes(field)) if field else [BAD_CHECK]
    person = _NUMBER.search(text, start, end) or _BLURRED_NUMBER.search(text, start, end)
    if person is None:
        return []
    days = values.dates(stream, start, person.start(1))
    birth = str(days[0].value) if days else None
    field = values.citizen_number(stream, *person.span(1), birth=birth)
    if field is None:
        return []
    number = identifiers.id_number(str(field.value))
    fields[f"{role}_id"] = field
    if number and birth and number.birth.isoformat() != birth:
        fields[f"{role}_id"] = field.at_most(DOUBTFUL)
        return [BIRTH_DIFFERS]
    return list(number_notes(field))


def _cause(stream: Stream, parts: dict[str, tuple[int, int]], fields: dict[str, Field]) -> None:
    start, end = parts.get("cause", (0, 0))
    if start == end:
        lost = _cause_unlabelled(stream, *_before_claims(parts)) if "cause" not in parts else None
        fields.update({"cause": lost} if lost else {})
        return
    end = stream.line_end(start, min(end, start + 30))
    match = re.compile(r"[\u4e00-\u9fff、]{2,30}?纠纷").match(stream.text, start, end)
    end = match.end() if match else end
    field = stream.field(start, end)
    if field.value in CAUSES:
        fields["cause"] = field.at_least(values.PROVED) if field.confidence > _NOT_GUESSED else field
        return
    near = difflib.get_close_matches(str(field.value).rstrip(".。"), CAUSES, n=1, cutoff=_ALIKE)
    meant = near[0] if near else likeliest(stream.glyphs(start, end), CAUSES)
    fields["cause"] = (replace(field, value=meant) if meant else field).at_most(_GUESSED)


def _before_claims(parts: dict[str, tuple[int, int]]) -> tuple[int, int]:
    """Where a cause stands whose label is lost: between the last party and the claims."""
    party = parts.get("defendant") or parts.get("plaintiff") or (0, 0)
    return party[0], party[1] if party[1] else parts["end"][1]


def _cause_unlabelled(stream: Stream, start: int, end: int) -> Field | None:
    """A line that shows a cause behind a label of two characters."""
    borders = (*stream.line_starts, len(stream.text))
    for first, last in pairwise(borders):
        label = _TWO_AND_COLON.match(stream.text, first, last)
        if label is None or not start <= first < end or last - first > _LONGEST_CAUSE:
            continue
        meant = likeliest(stream.glyphs(label.end(), last), CAUSES)
        if meant:
            return replace(stream.field(label.end(), last), value=meant).at_most(_WEAK_SUM)
    return None


def _prose(stream: Stream, start: int, end: int) -> Field:
    """A text over several lines; prose is for reading and mending, never marked sure."""
    return stream.field(start, end).at_most(DOUBTFUL)


def _amounts(stream: Stream, span: tuple[int, int] | None) -> list[Field]:
    if span is None:
        return []
    found = re.compile(rf"({values.FIGURES})(万?)元").finditer(stream.text, *span)
    return [stream.group(m, value=yuan) for m in found if (yuan := _scaled(m))]


def _scaled(match: re.Match[str]) -> int | float:
    amount = values.yuan(match.group(1))
    if match.group(2):
        amount = round(amount * 10_000, 2)
    return int(amount) if float(amount).is_integer() else amount


def _amount(stream: Stream, parts: dict[str, tuple[int, int]], fields: dict[str, Field]) -> list[str]:
    claimed, told = _amounts(stream, parts.get("claims")), _amounts(stream, parts.get("facts"))
    everywhere = claimed + told
    if not everywhere:
        # both headings are lost; a sum stands nowhere else
        lost = _amounts(stream, (0, len(stream.text))) if "claims" not in parts else []
        fields.update({"amount": lost[0].at_most(_WEAK_SUM)} if lost else {})
        return []
    first = everywhere[0]
    repeated = [f for f in everywhere[1:] if f.value == first.value]
    if repeated:
        fields["amount"] = vouched(first, *repeated)
        return []
    values_told = [f.value for f in told]
    twice = next((f for f in told if values_told.count(f.value) > 1), None)
    fields["amount"] = (twice if first.confidence < 0.7 and twice else first).at_most(DOUBTFUL)
    return [AMOUNTS_DIFFER] if told and claimed else []


def _signature(stream: Stream, fields: dict[str, Field]) -> list[str]:
    signed = _signed(stream, rf"(?:具状人|起诉人|具.人|.状人){_ASIDE}[::]?({values.NAME})")
    if signed is None or "plaintiff" not in fields:
        return []
    top, foot = fields["plaintiff"], _cleaned(signed)
    fields["plaintiff"] = vouched(top, foot, worth=0.0)
    if foot.value == top.value:
        return []
    if foot.confidence > top.confidence:
        fields["plaintiff"] = foot.at_most(DOUBTFUL)
    return [NAMES_DIFFER]


def _signed(stream: Stream, pattern: str, start: int = 0) -> Field | None:
    """The last signature after its label; it ends with its line, or the date below would join it."""
    found = list(re.compile(pattern).finditer(stream.text, start))
    if not found:
        return None
    first, last = found[-1].span(1)
    return values.named(stream, first, stream.line_end(first, last))


def _cleaned(name: Field) -> Field:
    return Field(re.sub(r"\d+年.*$|年.*$", "", str(name.value)), name.confidence, name.box, name.page)


def _agent(stream: Stream, start: int, fields: dict[str, Field]) -> None:
    name = _party_name(stream, start, min(len(stream.text), start + 16))
    if name:
        fields["agent"] = name
    firm = re.compile(r"[\u4e00-\u9fff()]{2,24}?事务所").search(stream.text, start, start + 60)
    if firm:
        fields["firm"] = stream.field(*firm.span())


def _powers(stream: Stream, start: int, fields: dict[str, Field]) -> list[str]:
    """The kind of authority and the list of powers; the list may stand alone."""
    power = stream.find(r"((?:特别|一般|全权)(?:授权|代理|委托))", start=start)
    listed = (_LISTED if power else _LISTED_ALONE).search(stream.text, start)
    if power:
        fields["power"] = power
    if listed:
        fields["powers"] = _prose(stream, *listed.span(1))
    special = str(power.value).startswith("特别") if power else listed is None or named_powers(listed[1])
    return [] if special else [GENERAL_ONLY]
