"""`python -m tools.states`: draws docs/case-states.md from the tables of the domain.

Rule 1: the file is never edited by hand; a test compares it with the tables.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from odr.domain import (
    cascades,
    comparisons,
    delivery,
    evidence,
    guests,
    identity,
    offers,
    originals,
    recordings,
    statements,
    video_checks,
)
from odr.domain.clocks import RULES, Clock
from odr.domain.steps import Machine, Step

PAGE = Path(__file__).resolve().parents[1] / "docs" / "case-states.md"
MACHINES: tuple[Machine[Any], ...] = (
    identity.MACHINE,
    video_checks.MACHINE,
    *cascades.MACHINES.values(),
    statements.MACHINE,
    offers.MACHINE,
    comparisons.MACHINE,
    guests.MACHINE,
    evidence.MACHINE,
    originals.MACHINE,
    delivery.MACHINE,
    recordings.MACHINE,
)
_TITLES = {
    "identity": "Identity 身份核验",
    "video_check": "Check by video 视频核验",
    "filing": "Filing 立案",
    "payment": "Court fee 诉讼费用",
    "litigation": "Litigation 诉讼",
    "mediation": "Mediation 调解",
    "agreement": "Agreement 调解协议",
    "confirmation": "Judicial confirmation 司法确认",
    "sitting": "Sitting 调解（询问）活动",
    "minutes": "Minutes of a mediation 调解笔录",
    "grievance": "Complaint about a mediator 投诉",
    "statement": "Oral complaint 口头起诉",
    "offer": "Offer 协商方案",
    "comparison": "Private comparison 保密比对",
    "guest": "Guest of a sitting 受邀人员",
    "evidence": "Evidence, one piece 证据",
    "original": "Original of a piece 核对原件",
    "delivery": "Delivery 送达",
    "recording": "Recording of a sitting 录音录像",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="say whether the page is up to date; write nothing"
    )
    if parser.parse_args().check:
        fresh = PAGE.exists() and PAGE.read_text(encoding="utf-8") == page()
        print(
            "docs/case-states.md is up to date"
            if fresh
            else "docs/case-states.md: run python -m tools.states"
        )
        return 0 if fresh else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def page() -> str:
    """The whole page."""
    parts = [
        "# The life of a case",
        "Drawn by `python -m tools.states` from the tables in `odr/domain/`; not edited by hand.",
        "An arrow says which step, who may take it, and which clocks it starts, stops, pauses or resumes; "
        "a step with a question mark has a guard.",
        *(_section(machine) for machine in MACHINES),
        "## What follows from what\n\n" + "\n".join(_cascades()),
        "## Clocks\n\n" + "\n".join(_clocks()),
    ]
    return "\n\n".join(parts) + "\n"


def _section(machine: Machine[Any]) -> str:
    lines = [f"## {_TITLES[machine.name]}", "", "```mermaid", "stateDiagram-v2", "    direction TB"]
    lines += [f"    {_arrow(step)}" for step in machine.steps]
    lines += [f"    {state} --> [*]" for state in sorted(machine.final)]
    return "\n".join([*lines, "```"])


def _arrow(step: Step[Any]) -> str:
    who = ", ".join(sorted(role.value for role in step.by))
    asked = "?" if step.guard else ""
    return f"{step.source or '[*]'} --> {step.target}: {step.action}{asked} ({who}){_marks(step)}"


def _marks(step: Step[Any]) -> str:
    marked = (
        ("starts", step.starts),
        ("stops", step.stops),
        ("pauses", step.pauses),
        ("resumes", step.resumes),
    )
    found = [f"{mark} {', '.join(rules)}" for mark, rules in marked if rules]
    return f", {', '.join(found)}" if found else ""


def _cascades() -> Iterator[str]:
    yield "| this step | is followed, where the machine stands right, by |"
    yield "|---|---|"
    for (machine, action), further in cascades.FOLLOWS.items():
        yield f"| {machine}: {action} | {', '.join(f'{name}: {then}' for name, then in further)} |"


def _clocks() -> Iterator[str]:
    yield "| rule | clock | length | from | norm | at its end |"
    yield "|---|---|---|---|---|---|"
    for clock in (clock for rule in RULES.values() for clock in rule):
        yield _clock_row(clock)


def _clock_row(clock: Clock) -> str:
    unit = clock.unit.value.replace("_", " ") + ("s" if clock.length != 1 else "")
    kind = "" if clock.statutory else " (target)"
    fixed = " (fixed)" if clock.fixed else ""
    length = f"{clock.length} {unit}{kind}{fixed}"
    return f"| {clock.rule} | {clock.name} | {length} | {clock.start} | {clock.article} | {clock.effect} |"


if __name__ == "__main__":
    sys.exit(main())
