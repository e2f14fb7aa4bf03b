"""A question of the filing, as data: what is asked, how, of whom, and by which rule.

Rule 1: a question that the law does not make mandatory is `required=False`, or it blocks nobody.
Rule 2: answers are strings as typed; `Answer` says how a page asks and checks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from filing.sentences import Sentence, say

Answers = Mapping[str, str]


class Answer(StrEnum):
    """How an answer is given."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    MONEY = "money"  # yuan with at most two decimals
    NUMBER = "number"
    DATE = "date"  # YYYY-MM-DD
    NAME = "name"  # of a person or an organisation
    PHONE = "phone"
    ADDRESS = "address"
    ID_NUMBER = "id_number"  # GB 11643
    CREDIT_CODE = "credit_code"  # GB 32100


YES, NO, UNSURE = "yes", "no", "unsure"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers: what is stored, and what the person reads."""

    value: str
    label: Sentence


YES_OR_NO = (Choice(YES, say("Yes")), Choice(NO, say("No")))
YES_NO_UNSURE = (*YES_OR_NO, Choice(UNSURE, say("I am not sure")))


@dataclass(frozen=True, slots=True)
class When:
    """The condition under which a question is asked: an earlier answer is one of `values`."""

    question: str
    values: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        return answers.get(self.question, "") in self.values


@dataclass(frozen=True, slots=True)
class Question:
    """One question on one page. `rule` is the rule (R-02) or article that asks for it; empty: our own."""

    id: str
    text: Sentence
    help: Sentence
    kind: Answer
    required: bool = False
    rule: str = ""
    choices: tuple[Choice, ...] = ()
    when: tuple[When, ...] = ()  # all must hold

    def visible(self, answers: Answers) -> bool:
        return all(condition.holds(answers) for condition in self.when)

    def answered(self, answers: Answers) -> bool:
        return bool(answers.get(self.id, "").strip())


class Topic(StrEnum):
    """What a prompt is about: the six that every screen of the filing offers (S-060)."""

    MATERIALS = "materials"  # 所需材料
    FORMATS = "formats"  # 格式文书
    NAVIGATION = "navigation"  # 操作指引
    PROCESS = "process"  # 办理流程
    QUERY = "query"  # 进度查询
    PAYMENT = "payment"  # 费用交纳


@dataclass(frozen=True, slots=True)
class Prompt:
    """An entry of the panel beside a question."""

    topic: Topic
    text: Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """A run of questions with one heading and one panel."""

    id: str
    title: Sentence
    questions: tuple[Question, ...]
    panel: tuple[Prompt, ...]
