"""Which papers a filing needs, which are there, which are missing (R-03; DJ 6)."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from filing.causes import CAUSES
from filing.form_guardian import DECLARED
from filing.form_parties import COMPANY, WARD
from filing.materials import (
    AGENT_PAPERS,
    AUTHORITY,
    COMPLAINT,
    DECLARED_WARD,
    GUARDIANSHIP,
    ID_CARD,
    LICENCE,
    PLAINTIFF_CARD,
    WARD_CARD,
    Material,
)
from filing.questions import YES, Answers


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of the list, and whether it is there."""

    material: Material
    here: bool


def checklist(answers: Answers, uploaded: Collection[str]) -> tuple[Item, ...]:
    """The papers for these answers in the order of upload (S-055): identity, authority, complaint, evidence.

    `uploaded` holds ids of materials. A paper is mandatory where `material.required`.
    """
    return tuple(Item(material, material.id in uploaded) for material in materials(answers))


def materials(answers: Answers) -> tuple[Material, ...]:
    """The papers that this plaintiff, agent and cause call for."""
    company, represented = answers.get("plaintiff_kind") == COMPANY, answers.get("has_agent") == YES
    card = PLAINTIFF_CARD if represented else ID_CARD
    guardianship = _of_guardian(answers)
    card = WARD_CARD if guardianship else card
    identity = replace(LICENCE, required=True) if company else card
    authority = (replace(AUTHORITY, required=True), *_of_agent(answers)) if represented else ()
    cause = CAUSES.get(answers.get("cause", ""))
    evidence = (_asked_of(material, answers) for material in cause.evidence) if cause else ()
    return (identity, *guardianship, *authority, COMPLAINT, *evidence)


def _of_guardian(answers: Answers) -> tuple[Material, ...]:
    if answers.get("plaintiff_kind") != WARD:
        return ()
    return (DECLARED_WARD if answers.get("ward_ground") == DECLARED else GUARDIANSHIP,)


def _of_agent(answers: Answers) -> tuple[Material, ...]:
    papers = AGENT_PAPERS.get(answers.get("agent_kind", ""))
    return (papers,) if papers else ()


def _asked_of(material: Material, answers: Answers) -> Material:
    """With a written wage note a worker may go to court without an award (法释〔2020〕26号, art. 15)."""
    if material.id == "award" and answers.get("arbitrated") == "wage_note":
        return replace(material, required=False)
    return material


def lacking(answers: Answers, uploaded: Collection[str]) -> tuple[Material, ...]:
    """The mandatory papers that are not there yet."""
    return tuple(
        item.material for item in checklist(answers, uploaded) if item.material.required and not item.here
    )
