"""What a sitting leaves on paper at its end: the record of what each side said of the evidence.

Rule 1: only the joint room is written down; a piece on which nobody spoke is not in the record, unless its
        original was compared.
Rule 2: what is admitted in all three questions is listed as undisputed (EV 57).
Rule 3: what is admitted in mediation to settle the dispute does not reach a court (JS 107).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odr.domain.evidence import Answer, Opinion
from odr.domain.minutes import TALKS
from odr.domain.originals import Comparison, Result, Way
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.sittings import Kind

_SAID: Final[Mapping[Answer, str]] = {
    Answer.ADMIT: "认可",
    Answer.DENY: "不认可",
    Answer.ASK_ORIGINAL: "要求核对原件",
}
_WAYS: Final[Mapping[Way, str]] = {
    Way.CAMERA: "当庭通过视频出示原件",
    Way.COUNTER: "在立案窗口核对原件",
    Way.POST: "核对邮寄的原件",
}
_FOUND: Final[Mapping[Result, str]] = {
    Result.AGREES: "原件与复印件一致",
    Result.DIFFERS: "原件与复印件不一致",
}
_SILENT: Final = "未在规定时间内发表意见"
_PLACE: Final = "在线音视频"


@dataclass(frozen=True, slots=True)
class Spoken:
    at: datetime
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """An original that was compared with its copy, by whom and when."""

    at: datetime
    recorder: str
    found: Comparison


@dataclass(frozen=True, slots=True)
class Examined:
    """A piece on which somebody spoke, or whose original was compared.

    `opinions`: the person's name with the opinion of the side; `spared`: the original was asked for, and that
    was taken back.
    """

    label: str
    title: str
    owner: str
    purpose: str
    sha256: str
    opinions: tuple[tuple[str, Opinion], ...]
    silent: tuple[str, ...] = ()  # who was asked for an opinion within a time that is over, and gave none
    compared: tuple[Compared, ...] = ()
    spared: bool = False

    @property
    def undisputed(self) -> bool:
        return not self.silent and all(opinion.undisputed for _, opinion in self.opinions)


@dataclass(frozen=True, slots=True)
class Held:
    """A sitting that took place."""

    kind: Kind
    number: str
    started_at: datetime
    closed_at: datetime
    host: str
    attendees: tuple[str, ...]
    spoken: tuple[Spoken, ...]
    examined: tuple[Examined, ...]


def papers(held: Held) -> tuple[PaperOrder, ...]:
    """The papers of the sitting; none of what did not happen.

    The minutes of a mediation are checked first (`odr.domain.minutes`); those of a hearing (询问笔录) are
    made with its application, as a ruling may need them before the end.
    """
    if not held.examined:
        return ()
    items = [_item(one) for one in held.examined]
    content = frame(held) | {"presider": held.host, "items": items, "signers": []}
    del content["place"]
    audience = TALKS if held.kind is Kind.MEDIATION else "case"
    return (PaperOrder("evidence_record", content, audience),)


def frame(held: Held) -> dict[str, object]:
    """What stands at the head of every paper of a sitting."""
    at = f"{chinese_moment(held.started_at)}至{chinese_moment(held.closed_at)}"
    return {"case_title": held.number, "held_at": at, "place": _PLACE}


def undisputed(examined: Iterable[Examined]) -> list[str]:
    return [
        f"证据{one.label}（{one.title}）的真实性、合法性、关联性，双方无异议。"
        for one in examined
        if one.undisputed
    ]


def _item(one: Examined) -> dict[str, object]:
    return {
        "number": one.label,
        "name": one.title,
        "shown_by": one.owner,
        "purpose": one.purpose or "未注明",
        "sha256": one.sha256,
        "opinions": [
            {
                "party": name,
                "truth": _SAID[opinion.truth],
                "legality": _SAID[opinion.legality],
                "relevance": _SAID[opinion.relevance],
                "reason": opinion.reason or "无",
            }
            for name, opinion in one.opinions
        ]
        + [
            {"party": name, **dict.fromkeys(("truth", "legality", "relevance"), "未表示"), "reason": _SILENT}
            for name in one.silent
        ],
        "originals": [_compared(found) for found in one.compared]
        + (["核对原件的要求已撤回。"] if one.spared else []),
    }


def _compared(one: Compared) -> str:
    note = f"（{one.found.note}）" if one.found.note else ""
    what = f"{_WAYS[one.found.way]}，{_FOUND[one.found.result]}{note}"
    return f"{chinese_moment(one.at)}{what}。在场人员：{one.found.present}。记录人：{one.recorder}。"
