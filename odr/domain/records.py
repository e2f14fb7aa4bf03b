"""What a sitting leaves on paper: the minutes, and the record of what each side said of the evidence.

Rule 1: only the joint room is written down; a piece on which nobody spoke is not in the record.
Rule 2: what is admitted in all three questions is listed as undisputed (EV 57).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from odr.domain.evidence import Answer, Opinion
from odr.domain.papers import PaperOrder, chinese_moment
from odr.domain.sittings import Kind

_SAID: Final[Mapping[Answer, str]] = {
    Answer.ADMIT: "认可",
    Answer.DENY: "不认可",
    Answer.ASK_ORIGINAL: "要求核对原件",
}
# The minutes of a hearing (询问笔录) are made with its application: a ruling may need them before the end.
_MINUTES: Final = {Kind.MEDIATION: ("minutes", "mediator")}
_PLACE: Final = "在线音视频"


@dataclass(frozen=True, slots=True)
class Spoken:
    at: datetime
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A piece on which somebody spoke; `opinions`: the person's name with the opinion of the side."""

    label: str
    title: str
    owner: str
    purpose: str
    sha256: str
    opinions: tuple[tuple[str, Opinion], ...]

    @property
    def undisputed(self) -> bool:
        return all(opinion.undisputed for _, opinion in self.opinions)


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
    """The papers of the sitting; none of what did not happen."""
    frame = {
        "case_title": held.number,
        "held_at": f"{chinese_moment(held.started_at)}至{chinese_moment(held.closed_at)}",
        "signers": [],
    }
    made = []
    if held.spoken and held.kind in _MINUTES:
        kind, host = _MINUTES[held.kind]
        content = frame | {
            "place": _PLACE,
            host: held.host,
            "attendees": list(held.attendees),
            "entries": [_entry(one) for one in held.spoken],
            "undisputed": _undisputed(held.examined),
        }
        made.append(PaperOrder(kind, content))
    if held.examined:
        items = [_item(one) for one in held.examined]
        made.append(PaperOrder("evidence_record", frame | {"presider": held.host, "items": items}))
    return tuple(made)


def _entry(one: Spoken) -> dict[str, str]:
    return {"at": chinese_moment(one.at), "speaker": one.speaker, "text": one.text}


def _undisputed(examined: Iterable[Examined]) -> list[str]:
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
        ],
    }
