"""The shape of a cause of action."""

from dataclasses import dataclass
from enum import StrEnum

from filing.fees import Kind
from filing.materials import Material
from filing.questions import Question
from filing.sentences import Sentence


class Specialty(StrEnum):
    """What a mediator is good at (S-117, S-118)."""

    FINANCE = "finance"  # 金融、借贷
    CONTRACT = "contract"  # 合同、消费
    HOUSING = "housing"  # 物业、租赁
    TRAFFIC = "traffic"  # 道路交通
    LABOUR = "labour"  # 劳动
    FAMILY = "family"  # 家事
    PERSONALITY = "personality"  # 人格权、侵权
    IP = "ip"  # 知识产权


@dataclass(frozen=True, slots=True)
class Limitation:
    """How long one may wait. `months` None: the period does not apply to the core of the claim."""

    months: int | None
    hint: Sentence


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of action (案由). `elements` are the questions of its element-style complaint (要素式)."""

    id: str
    name: Sentence
    about: Sentence
    chinese: tuple[str, ...]
    fee: Kind
    specialty: Specialty
    evidence: tuple[Material, ...]
    limitation: Limitation
    elements: tuple[Question, ...]
    venue: str  # row of filing.jurisdiction.VENUES
    claim_example: Sentence
    mediation: bool = True
    amount_asked: Sentence | None = None  # how the amount is asked for, where it is not simply the claim
    arbitration_first: bool = False  # labour: MSF 127(3), LAM 5
