"""What each paper prints: the fields that its template asks for.

Rule 1: a paper is typeset only from exactly these fields; a missing or unknown one is named before
        anything is printed, so that no paper goes out with a hole.
Rule 2: fields hold finished text (dates, money and names as they are to be read); templates add the fixed
        words.

The names are those of `templates/documents/<kind>.typ`. Every paper also has the fields of FRAME.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import cn2an

from odr.errors import BadInput

_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Text:
    """One text, never empty."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of texts."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of records, each with these fields."""

    fields: "Mapping[str, Shape]"


Shape = Text | Lines | Rows
Content = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper: fields it must have, fields it may have."""

    needs: Mapping[str, Shape]
    may: Mapping[str, Shape]


def _texts(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), Text())


def _lines(names: str) -> dict[str, Shape]:
    return dict.fromkeys(names.split(), Lines())


def _rows(names: str) -> Rows:
    return Rows(_texts(names))


FRAME = _texts("court paper_id verify_url issued_on")
_NUMBER = _texts("number")
_SIGNERS: dict[str, Shape] = {"signers": _rows("field label name")}
_SPOKEN: dict[str, Shape] = {"entries": _rows("at speaker text")}
_OPINIONS: Rows = _rows("party truth legality relevance reason")

PAPERS: Mapping[str, Paper] = {
    # 收件回执
    "receipt": Paper(
        _texts("party received_at cause submission_sha256") | {"materials": _rows("name pages sha256")},
        _NUMBER
        | _texts("decide_by completed_at complete_by log_index log_root log_proof stamped_at")
        | _lines("pending"),
    ),
    # 民事起诉状（要素式），by filing.complaint
    "complaint": Paper(
        _texts("plaintiff cause")
        | _lines("parties claims facts evidence")
        | {"elements": _rows("question answer")},
        _SIGNERS,
    ),
    # 诚信诉讼承诺书
    "truth_declaration": Paper(
        _texts("cause declarant declared_at") | _lines("promises"), _NUMBER | _SIGNERS
    ),
    # 样本
    "sample": Paper(_texts("title") | _lines("lines notes"), {}),
    # 要素式起诉状空白样表, by filing.blank_forms
    "complaint_form": Paper(
        _texts("title")
        | _lines("notes")
        | {"parts": Rows(_texts("title") | {"rows": _rows("question answer")})},
        {},
    ),
    # 口头起诉笔录
    "oral_statement": Paper(
        _texts("party cause how told_at recorder written_at confirmed_at") | _lines("claims facts"),
        _NUMBER | _texts("voice_sha256"),
    ),
    # 补正通知书
    "supplement_notice": Paper(_texts("party cause last_day judge") | _lines("items"), _NUMBER),
    # 受理案件通知书
    "docket_notice": Paper(_texts("number party opponent cause docketed_on") | _lines("notes"), {}),
    # 交纳诉讼费用通知书
    "fee_notice": Paper(_texts("number party cause amount last_day how") | _lines("steps"), {}),
    # 调解邀请函
    "mediation_invitation": Paper(
        _texts("respondent applicant cause reply_by phone") | _lines("summary"), _NUMBER
    ),
    # 接受委派确认书暨披露声明
    "mediator_acceptance": Paper(
        _texts("mediator organisation case_title ends_on accepted_at") | _lines("disclosures"),
        _NUMBER | _SIGNERS,
    ),
    # 调解通知书
    "mediation_notice": Paper(_texts("case_title starts_at mediator how") | _lines("parties notes"), _NUMBER),
    # 调解笔录
    "minutes": Paper(
        _texts("case_title held_at place mediator")
        | _lines("attendees undisputed checks")
        | _SPOKEN
        | _SIGNERS
        | {"corrections": _rows("by old new reason answer")},
        _NUMBER,
    ),
    # 无争议事实记载
    "undisputed_facts": Paper(
        _texts("case_title held_at mediator minutes_id minutes_sha256") | _lines("facts signed"), _NUMBER
    ),
    # 质证笔录
    "evidence_record": Paper(
        _texts("case_title held_at presider")
        | {
            "items": Rows(
                _texts("number name shown_by purpose sha256") | {"opinions": _OPINIONS} | _lines("originals")
            )
        },
        _NUMBER | _SIGNERS,
    ),
    # 调解协议
    "mediation_agreement": Paper(
        _texts("organisation mediator") | _lines("parties facts terms") | _SIGNERS, _NUMBER | _texts("seal")
    ),
    # 司法确认申请书
    "confirmation_application": Paper(_lines("applicants requests facts materials") | _SIGNERS, _NUMBER),
    # 受理通知书（司法确认）
    "confirmation_acceptance": Paper(_texts("number accepted_on decide_by") | _lines("parties"), {}),
    # 询问笔录
    "inquiry_minutes": Paper(
        _texts("case_title held_at place judge") | _lines("attendees") | _SPOKEN | _SIGNERS, _NUMBER
    ),
    # 民事裁定书（确认调解协议有效）
    "confirmation_ruling": Paper(
        _texts("number accepted_on cause agreed_on mediated_by judge") | _lines("applicants names terms"), {}
    ),
    # 民事裁定书（驳回申请）
    "dismissal_ruling": Paper(_texts("number accepted_on judge") | _lines("applicants names reasons"), {}),
    # 电子送达凭证
    "delivery_certificate": Paper(
        _texts("recipient document document_sha256 channel consent effective_on basis")
        | {"events": _rows("name at")},
        _NUMBER,
    ),
    # 终结调解报告
    "termination_report": Paper(
        _texts("case_title mediator started_on ended_on ground") | _lines("conduct"), _NUMBER | _SIGNERS
    ),
}


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """A paper that an act calls for: its content is finished text, true at the moment of the act.

    `audience`: "case" (both sides and the court), "A", "B" (one side and the court), "court", or "talks":
    both sides and the mediator, no court.
    `proves`: the act whose proof by the log is printed on the paper and attached to it.
    """

    kind: str
    content: Content
    audience: str = "case"
    proves: UUID | None = None


class IncompletePaper(BadInput):
    """The content does not fit the kind of paper; `field` names where."""

    public = "This document cannot be made: its field %(place)s is missing or wrong."


def check(kind: str, content: Content) -> None:
    """Refuse content that does not fit `kind` (IncompletePaper)."""
    paper = PAPERS.get(kind)
    if paper is None:
        raise _wrong(kind)
    needs = FRAME | dict(paper.needs)
    for name, shape in needs.items():
        if name not in content:
            raise _wrong(name)
        _check_shape(shape, content[name], name)
    for name in content.keys() - needs.keys():
        if name not in paper.may:
            raise _wrong(name)
        _check_shape(paper.may[name], content[name], name)


def chinese_date(at: datetime) -> str:
    """The day in China, as papers write it: 2026年1月30日."""
    local = at.astimezone(_CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def chinese_moment(at: datetime) -> str:
    """The day and minute in China: 2026年1月30日10时05分."""
    local = at.astimezone(_CHINA)
    return f"{chinese_date(at)}{local.hour}时{local.minute:02d}分"


def chinese_amount(amount_fen: int) -> str:
    """An amount in figures and in words: 人民币50,000.00元（大写：伍万元整）."""
    yuan, fen = divmod(amount_fen, 100)
    words = cn2an.an2cn(f"{yuan}.{fen:02d}", "rmb")
    return f"人民币{yuan:,}.{fen:02d}元（大写：{words}）"


def _wrong(field: str) -> IncompletePaper:
    return IncompletePaper(field=field, place=field)


def _check_shape(shape: Shape, value: object, name: str) -> None:
    if isinstance(shape, Text):
        if not isinstance(value, str) or not value:
            raise _wrong(name)
        return
    if not isinstance(value, list | tuple):
        raise _wrong(name)
    for index, item in enumerate(value):
        if isinstance(shape, Lines):
            _check_shape(Text(), item, f"{name}[{index}]")
        else:
            _check_row(shape, item, f"{name}[{index}]")


def _check_row(shape: Rows, item: object, name: str) -> None:
    if not isinstance(item, Mapping) or item.keys() != shape.fields.keys():
        raise _wrong(name)
    for field, inner in shape.fields.items():
        _check_shape(inner, item[field], f"{name}.{field}")
