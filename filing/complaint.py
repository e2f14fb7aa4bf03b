"""The element-style complaint (要素式起诉状) that the answers make.

Rule 1: in Chinese, as MSF 124 orders it: parties, claims, facts and reasons, evidence and its sources.
Rule 2: no identity number: MSF 124 does not ask for it, and the other side gets a copy.
"""

from dataclasses import dataclass
from datetime import date

from filing.amounts import read, yuan
from filing.causes import CAUSES
from filing.dates import parse_day
from filing.form_parties import COMPANY, WARD
from filing.forms import OTHER_CAUSE
from filing.identifiers import FEMALE, MALE
from filing.questions import YES, Answer, Answers, Question
from filing.sentences import Translate

_KINDS_OF_AGENT = {
    "lawyer": "律师",
    "legal_worker": "基层法律服务工作者",
    "relative": "近亲属",
    "employee": "工作人员",
    "recommended": "被推荐的公民",
}
_RELATIONS = {
    "father": "父亲",
    "mother": "母亲",
    "grandparent": "（外）祖父母",
    "spouse": "配偶",
    "child": "子女",
    "relative": "近亲属",
    "appointed": "指定监护人",
}
_POWERS = {"general": "一般授权", "special": "特别授权"}

Parts = tuple[tuple[str, str], ...]  # (label, question)
_PLAINTIFF_PERSON: Parts = (
    ("", "plaintiff"),
    ("", "plaintiff_sex"),
    ("", "plaintiff_birth"),
    ("", "plaintiff_nation"),
    ("", "plaintiff_work"),
    ("住址：", "plaintiff_address"),
    ("联系电话：", "plaintiff_phone"),
)
_PLAINTIFF_COMPANY: Parts = (
    ("", "plaintiff"),
    ("统一社会信用代码：", "plaintiff_credit_code"),
    ("住所地：", "plaintiff_address"),
    ("法定代表人：", "plaintiff_legal_rep"),
    ("职务：", "plaintiff_legal_rep_post"),
    ("联系电话：", "plaintiff_phone"),
)
_GUARDIAN: Parts = (
    ("", "guardian"),
    ("系原告的", "guardian_relation"),
    ("住址：", "guardian_address"),
)
_AGENT: Parts = (
    ("", "agent"),
    ("", "agent_kind"),
    ("代理权限：", "agent_powers"),
    ("联系电话：", "agent_phone"),
)
_DEFENDANT: Parts = (
    ("", "defendant"),
    ("", "defendant_sex"),
    ("工作单位：", "defendant_work"),
    ("统一社会信用代码：", "defendant_credit_code"),
    ("住所地：", "defendant_address"),
    ("法定代表人：", "defendant_legal_rep"),
    ("联系电话：", "defendant_phone"),
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """The parts of the paper, each line as printed. `elements` are (what was asked, what was answered)."""

    plaintiff: str
    cause: str
    parties: tuple[str, ...]
    claims: tuple[str, ...]
    elements: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    evidence: tuple[str, ...]


def complaint(answers: Answers, chinese: Translate) -> Complaint:
    """The complaint of these answers; `chinese` translates message ids. Parts not answered yet are empty."""
    return Complaint(
        answers.get("plaintiff", ""),
        _cause(answers),
        tuple(filter(None, (speaks(answers) for speaks in _PARTIES))),
        _lines(answers, "claims"),
        _elements(answers, chinese),
        _lines(answers, "facts"),
        (*_lines(answers, "evidence"), *(f"证人：{line}" for line in _witnesses(answers))),
    )


def _cause(answers: Answers) -> str:
    cause = CAUSES.get(answers.get("cause", OTHER_CAUSE))
    return cause.chinese[0] if cause else "其他民事纠纷"


def _plaintiff(answers: Answers) -> str:
    birth, nation = parse_day(answers.get("plaintiff_birth", "")), answers.get("plaintiff_nation", "").strip()
    known = dict(answers) | {
        "plaintiff_birth": f"{_day(birth)}出生" if birth else "",
        "plaintiff_nation": f"{nation}族" if len(nation) == 1 else nation,
    }
    company = answers.get("plaintiff_kind") == COMPANY
    return _sentence("原告：", known, _PLAINTIFF_COMPANY if company else _PLAINTIFF_PERSON)


def _guardian(answers: Answers) -> str:
    if answers.get("plaintiff_kind") != WARD:
        return ""
    relation = _RELATIONS.get(answers.get("guardian_relation", ""), "")
    return _sentence("法定代理人：", dict(answers) | {"guardian_relation": relation}, _GUARDIAN)


def _agent(answers: Answers) -> str:
    if answers.get("has_agent") != YES:
        return ""
    named = dict(answers) | {
        "agent_kind": _KINDS_OF_AGENT.get(answers.get("agent_kind", ""), ""),
        "agent_powers": _POWERS.get(answers.get("agent_powers", ""), ""),
    }
    return _sentence("委托诉讼代理人：", named, _AGENT)


def _defendant(answers: Answers) -> str:
    sex = answers.get("defendant_sex", "")
    known = dict(answers) | {"defendant_sex": sex if sex in (MALE, FEMALE) else ""}
    return _sentence("被告：", known, _DEFENDANT)


_PARTIES = (_plaintiff, _guardian, _agent, _defendant)


def _sentence(role: str, answers: Answers, parts: Parts) -> str:
    """A party in one sentence, without the parts that have no answer; empty if there is none."""
    given = ((label, answers.get(question, "").strip()) for label, question in parts)
    said = [f"{label}{value}" for label, value in given if value]
    return f"{role}{'，'.join(said)}。" if said else ""


def _elements(answers: Answers, chinese: Translate) -> tuple[tuple[str, str], ...]:
    cause = CAUSES.get(answers.get("cause", ""))
    asked = [q for q in cause.elements if q.visible(answers) and q.answered(answers)] if cause else []
    return tuple((q.text.say(chinese), _shown(q, answers[q.id].strip(), chinese)) for q in asked)


def _shown(question: Question, value: str, chinese: Translate) -> str:
    """An answer as it is printed: the label of a choice, an amount with 元, a day with 年月日."""
    label = next((choice.label for choice in question.choices if choice.value == value), None)
    if label is not None:
        return label.say(chinese)
    if question.kind is Answer.MONEY and (fen := read(value)) is not None:
        return f"{yuan(fen)}元"
    if question.kind is Answer.DATE and (day := parse_day(value)) is not None:
        return _day(day)
    return value


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _lines(answers: Answers, question: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in answers.get(question, "").splitlines() if line.strip())


def _witnesses(answers: Answers) -> tuple[str, ...]:
    return _lines(answers, "witnesses") if answers.get("has_witness") == YES else ()
