"""Norms by their short codes, and how an article is cited.

Rule 1: code holds codes ("FEE 13(1)2"); people read titles (《诉讼费用交纳办法》第13条第1项第2目).
Rule 2: an article belongs to a version of its norm; a norm replaced gets a new row, never a changed one.
"""

import re
from dataclasses import dataclass
from datetime import date

_CITATION = re.compile(
    r"(?P<code>[A-Z]+) (?P<number>\d+)(?:\((?P<item>\d+)\)(?P<point>\d+)?)?(?: ¶(?P<part>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Norm:
    """A law, regulation or interpretation, in the version this program applies."""

    code: str
    chinese: str
    english: str
    effective_from: date
    effective_to: date | None = None


_LIST: tuple[Norm, ...] = (
    Norm("MSF", "民事诉讼法", "Civil Procedure Law", date(2024, 1, 1)),
    Norm("JS", "民诉法解释", "Interpretation of the Civil Procedure Law", date(2022, 4, 10)),
    Norm("CC", "民法典", "Civil Code", date(2021, 1, 1)),
    Norm("OLR", "人民法院在线诉讼规则", "Online Litigation Rules", date(2021, 8, 1)),
    Norm("OMR", "人民法院在线调解规则", "Online Mediation Rules", date(2022, 1, 1)),
    Norm("TY", "关于人民法院特邀调解的规定", "Provisions on Invited Mediation", date(2016, 7, 1)),
    Norm("DJ", "关于人民法院登记立案若干问题的规定", "Provisions on Docketing", date(2015, 5, 1)),
    Norm("FEE", "诉讼费用交纳办法", "Measures on Litigation Costs", date(2007, 4, 1)),
    Norm("BJFEE", "京发改〔2007〕1111号", "Beijing fee notice 2007 No. 1111", date(2007, 4, 1)),
    Norm("EV", "关于民事诉讼证据的若干规定", "Provisions on Evidence", date(2020, 5, 1)),
    Norm(
        "SX", "关于审理民事案件适用诉讼时效制度若干问题的规定", "Provisions on Limitation", date(2021, 1, 1)
    ),
    Norm("SQ", "关于人民调解协议司法确认程序的若干规定", "Provisions on Confirmation", date(2011, 3, 30)),
    Norm("LAM", "劳动争议调解仲裁法", "Labour Dispute Mediation and Arbitration Law", date(2008, 5, 1)),
    Norm("MT", "关于人民法院民事调解工作若干问题的规定", "Provisions on Civil Mediation", date(2021, 1, 1)),
    Norm("DZ", "电子签名法", "Electronic Signature Law", date(2019, 4, 23)),
    Norm("WZA", "无障碍环境建设法", "Barrier-free Environment Law", date(2023, 9, 1)),
    Norm("ARB", "仲裁法", "Arbitration Law", date(2026, 3, 1)),
    Norm("ADM", "行政诉讼法", "Administrative Litigation Law", date(2017, 7, 1)),
    Norm("CONS", "消费者权益保护法", "Consumer Protection Law", date(2014, 3, 15)),
    Norm("FOOD", "食品安全法", "Food Safety Law", date(2021, 4, 29)),
    Norm(
        "LEND",
        "关于审理民间借贷案件适用法律若干问题的规定",
        "Provisions on Private Lending",
        date(2021, 1, 1),
    ),
)
NORMS: dict[str, Norm] = {norm.code: norm for norm in _LIST}


def cite(article: str, *, english: bool = False) -> str:
    """An article as people cite it: "FEE 13(1)2" -> 《诉讼费用交纳办法》第13条第1项第2目.

    A code of a whole norm ("BJFEE") gives its title; what is not in the table comes back unchanged.
    """
    if article in NORMS:
        norm = NORMS[article]
        return (
            norm.english
            if english
            else norm.chinese
            if norm.chinese.endswith("号")
            else f"《{norm.chinese}》"
        )
    match = _CITATION.fullmatch(article)
    if match is None or match["code"] not in NORMS:
        return article
    return _english(match) if english else _chinese(match)


def _english(match: re.Match[str]) -> str:
    item = f" ({match['item']})" if match["item"] else ""
    point = f" {match['point']}" if match["point"] else ""
    part = f", paragraph {match['part']}" if match["part"] else ""
    return f"{NORMS[match['code']].english}, article {match['number']}{part}{item}{point}"


def _chinese(match: re.Match[str]) -> str:
    part = f"第{match['part']}款" if match["part"] else ""
    item = f"第{match['item']}项" if match["item"] else ""
    point = f"第{match['point']}目" if match["point"] else ""
    return f"《{NORMS[match['code']].chinese}》第{match['number']}条{part}{item}{point}"
