"""The invented citizens of the sandbox: nobody real, by construction.

Rule 1: every ID number has an area code that ends in 99, which the state has given to no place.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Fate(StrEnum):
    """What the sandbox register says of a citizen."""

    MATCH = "match"
    OTHER_NAME = "other_name"
    UNKNOWN = "unknown"
    SLOW = "slow"  # the first question gets no answer in time


@dataclass(frozen=True, slots=True)
class Citizen:
    """`face` names the photos of the person; `phone` is E.164."""

    id: str
    name: str
    sex: str
    nation: str
    birth: str  # YYYY-MM-DD
    address: str
    id_number: str
    phone: str
    face: str
    fate: Fate
    part: str  # English message id: what this person is for


_ROWS: Final = (
    ("wang", "王示范", "男", "汉", "1980-05-12", "示例省样本市东湖区书香街12号3单元502室"),
    ("liu", "刘示例", "男", "汉", "1948-03-21", "示例省样本市西山区平安路8号院2号楼101室"),
    ("yang", "杨示意", "女", "满", "1985-11-02", "示例省样本市北辰区学院路66号7单元303室"),
    ("zhao", "赵模拟", "男", "汉", "1976-07-30", "示例省样本市南屏区望江路21号"),
    ("zhang", "张拟名", "女", "回", "1990-09-15", "示例省样本市石桥区长亭街5号12层1203室"),
    ("sun", "孙异名", "男", "汉", "1988-01-08", "示例省样本市东湖区松溪里4号"),
    ("zhou", "周查无", "女", "汉", "1995-12-24", "示例省样本市西山区白鹭巷17号"),
    ("wu", "吴慢答", "男", "壮", "1969-04-04", "示例省样本市北辰区锦绣花园9号楼"),
)
_PARTS: Final = {  # messages
    "wang": "Applicant, a loan of 50,000 yuan",
    "liu": "Applicant, aged 78, prefers mediation",
    "yang": "Respondent",
    "zhao": "Respondent in the second case",
    "zhang": "Agent or helper",
    "sun": "The register knows the number under another name",
    "zhou": "The register does not know the number",
    "wu": "The register answers late",
}
_FATES: Final = {"sun": Fate.OTHER_NAME, "zhou": Fate.UNKNOWN, "wu": Fate.SLOW}
_AREA: Final = "990199"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _number(birth: str, sex: str, order: int) -> str:
    """An ID number by GB 11643: area, birth, order (odd = male), check digit."""
    body = f"{_AREA}{birth.replace('-', '')}{2 * order + (sex == '男'):03}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


CITIZENS: Final = tuple(
    Citizen(
        id=key,
        name=name,
        sex=sex,
        nation=nation,
        birth=birth,
        address=address,
        id_number=_number(birth, sex, order + 10),
        phone=f"+86139{order + 1:08}",
        face=f"s{order + 3}",
        fate=_FATES.get(key, Fate.MATCH),
        part=_PARTS[key],
    )
    for order, (key, name, sex, nation, birth, address) in enumerate(_ROWS)
)
