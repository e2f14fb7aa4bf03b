"""Empty element-style complaints (要素式起诉状), to print and to fill in by hand (R-20).

Rule 1: what the law does not ask of the other side (R-02) has no place on the form.
Rule 2: a form is printed in Chinese, as courts read it; a place is as large as what is written there.
"""

from dataclasses import dataclass
from typing import Final

from filing.causes import CAUSES, Cause
from filing.questions import Answer, Question
from filing.sentences import Translate

_BOX: Final = "□"
_DAY: Final = "　　　　年　　月　　日"
_LINES: Final = {Answer.LONG_TEXT: 4, Answer.TEXT: 2, Answer.ADDRESS: 2, Answer.NAME: 1}
_SHORT: Final = {Answer.DATE: _DAY, Answer.MONEY: "　　　　　　　　元", Answer.NUMBER: "　　　　　　　　"}


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked, and the place for the answer: a line break for each line to write on."""

    asked: str
    place: str


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class BlankForm:
    """The form of a cause, part by part."""

    cause: str
    parts: tuple[Part, ...]


def blank_form(cause_id: str, chinese: Translate) -> BlankForm | None:
    """The form of a cause; None if there is no such cause."""
    cause = CAUSES.get(cause_id)
    if cause is None:
        return None
    elements = Part(
        f"案件情况（{cause.chinese[0]}）",
        tuple(Row(question.text.say(chinese), _place(question, chinese)) for question in cause.elements),
    )
    return BlankForm(cause.chinese[0], (_PARTIES, _claims(cause, chinese), _COURT, elements, *_REST))


def _place(question: Question, chinese: Translate) -> str:
    hint = question.help.say(chinese)
    if question.choices:
        boxes = "　".join(f"{choice.label.say(chinese)}{_BOX}" for choice in question.choices)
        return f"{boxes}\n{hint}"
    if question.kind in _SHORT:
        return f"{_SHORT[question.kind]}\n{hint}"
    return hint + _room(_LINES.get(question.kind, 1))


def _claims(cause: Cause, chinese: Translate) -> Part:
    return Part(
        "诉讼请求",
        (
            Row(
                "请法院判什么（一行写一项，写明金额）",
                f"参考写法：{cause.claim_example.say(chinese)}{_room(5)}",
            ),
            Row("要求的总金额", "　　　　　　　　元"),
        ),
    )


def _room(lines: int) -> str:
    return "\n" * (lines + 1)  # the last one ends the line before the cell does


def _person(*, plaintiff: bool) -> str:
    own = "出生日期：　　　　年　　月　　日　民族：\n职业和工作单位：\n住址：\n联系电话：\n身份证件号码："
    other = "工作单位（知道的填写）：\n住址：\n联系电话（知道的填写）：\n不要求填写身份证号码、年龄和民族。"
    return f"姓名：　　　　　　　　性别：男{_BOX}　女{_BOX}\n{own if plaintiff else other}"


def _company(*, plaintiff: bool) -> str:
    own = "\n统一社会信用代码：" if plaintiff else "（知道的填写）"
    return f"名称：\n住所地：\n法定代表人、职务和电话：{own}"


_PARTIES: Final = Part(
    "当事人（有多名的，可以另附纸写）",
    (
        Row("原告是个人", _person(plaintiff=True)),
        Row("原告是单位", _company(plaintiff=True)),
        Row(
            "法定代理人",
            "原告是未成年人等、由监护人代为起诉的填写。\n"
            f"没有{_BOX}　有{_BOX}，姓名：\n与原告的关系、住址和电话：",
        ),
        Row(
            "委托诉讼代理人",
            f"没有{_BOX}　有{_BOX}，姓名、单位和电话：\n"
            f"代理权限：一般授权{_BOX}　特别授权{_BOX}，逐项写明：{_room(1)}",
        ),
        Row(
            "文书送到哪里",
            f"地址、收件人和电话：\n\n电子送达：同意{_BOX}，手机号码：　　　　　　　　不同意{_BOX}",
        ),
        Row("被告是个人", _person(plaintiff=False)),
        Row("被告是单位", _company(plaintiff=False)),
    ),
)
_COURT: Final = Part(
    "管辖和保全",
    (
        Row("合同里有没有约定仲裁，或者由哪个法院管", f"没有{_BOX}　有{_BOX}，怎样约定：\n"),
        Row("要不要申请财产保全", f"不申请{_BOX}　申请{_BOX}，对方的财产线索：\n"),
    ),
)
_REST: Final = (
    Part(
        "事实和理由",
        (
            Row("按时间顺序写：什么时候、和谁、发生了什么、对方为什么应当负责", _room(8)),
            Row("法律依据（知道的填写）", _room(1)),
        ),
    ),
    Part("证据", (Row("证据名称、从哪里来、证明什么；有证人的，写姓名和住址", "1.\n\n2.\n\n3.\n\n4.\n"),)),
    Part("解决方式", (Row("愿意先调解吗（不收费）", f"愿意{_BOX}　不愿意{_BOX}　还没有想好{_BOX}"),)),
    Part(
        "签名",
        (
            Row("交给哪个法院", "　　　　　　　　人民法院"),
            Row("具状人（签名或者捺印，单位盖章）", _room(2)),
            Row("日期", _DAY),
        ),
    ),
)
