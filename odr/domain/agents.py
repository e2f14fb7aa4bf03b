"""Who acts for a party, within which itemised powers, and which deed needs which.

The kinds of agent and their papers are those of `filing.form_parties` and `filing.materials` (MSF 61, JS 88).

Rule 1: "full power" (全权代理) that names nothing gives none of the six powers (MSF 62, JS 89).
Rule 2: a power counts where the paper names it and the agent claims it, or where the judge who looked at the
        paper says so; an agent's own word never suffices.
Rule 3: who is neither the party, nor its legal representative, nor its agent, files nothing (MSF 61).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from filing.powers import Power
from odr.domain.steps import Reason, Role


class Deed(StrEnum):
    """What an agent does for the party and a general authority does not cover."""

    SIGN_AGREEMENT = "sign_agreement"
    ADMIT_FACTS = "admit_facts"
    APPLY_CONFIRMATION = "apply_confirmation"


@dataclass(frozen=True, slots=True)
class Need:
    """The power that a deed needs, and what to tell the agent who does not hold it."""

    power: Power
    otherwise: Reason


NEEDS: Final[Mapping[Deed, Need]] = MappingProxyType(
    {
        Deed.SIGN_AGREEMENT: Need(
            Power.SETTLE,
            Reason("To sign, an agent needs the power to settle, named in the authority.", "MSF 62"),
        ),
        Deed.ADMIT_FACTS: Need(
            Power.ADMIT,
            Reason(
                "To admit for the party, an agent needs that power, named in the authority. "
                "You can state an objection, or let the party answer.",
                "MSF 62",
            ),
        ),
        Deed.APPLY_CONFIRMATION: Need(
            Power.SETTLE,
            Reason(
                "To apply for confirmation, an agent needs the power to settle, named in the authority.",
                "MSF 62",
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Authority:
    """One agent's paper: `read` by machine, `claimed` by the agent, `checked` by a judge (None: not yet)."""

    read: frozenset[Power] = frozenset()
    claimed: frozenset[Power] = frozenset()
    checked: frozenset[Power] | None = None

    @property
    def powers(self) -> frozenset[Power]:
        """The powers that count."""
        return self.read & self.claimed if self.checked is None else self.checked


def powers_of(values: Collection[str]) -> frozenset[Power]:
    """The powers of these stored or submitted values; others are left out."""
    return frozenset(power for power in Power if power.value in values)


def lacks(deed: Deed, role: Role, authority: Authority) -> Reason | None:
    """Why this person may not do the deed for the side; a party in person may."""
    if role is not Role.AGENT or NEEDS[deed].power in authority.powers:
        return None
    return NEEDS[deed].otherwise


@dataclass(frozen=True, slots=True)
class Filer:
    """Who submits, and for whom. `name` is the verified one; `agent_read` the agent on the paper, if sure."""

    role: Role
    name: str = ""
    id_number: str = ""
    plaintiff: str = ""
    plaintiff_id: str = ""
    legal_rep: str = ""  # of a company that sues
    company: bool = False
    authority: bool = False
    agent_read: str = ""


_NOT_THE_PARTY: Final = Reason(
    "You are verified under another name than the plaintiff's. If you act for the plaintiff, "
    "say so and add the power of attorney.",
    "MSF 61",
)
_NOT_THE_REPRESENTATIVE: Final = Reason(
    "For a company its legal representative files, or an employee or lawyer with a power of attorney.",
    "MSF 51",
)
_NO_PAPER: Final = Reason("Please add the power of attorney: without it nobody files for another.", "MSF 62")
_OTHER_AGENT: Final = Reason("The power of attorney names another agent than you.", "MSF 61")


def standing(filer: Filer) -> Reason | None:
    """Why this person may not file for this plaintiff.

    Silent while the person is not verified or no plaintiff is named: these are asked for by themselves.
    """
    if filer.role is Role.AGENT:
        if not filer.authority:
            return _NO_PAPER
        other = filer.agent_read and filer.name and not same_name(filer.agent_read, filer.name)
        return _OTHER_AGENT if other else None
    if not filer.name:
        return None
    if filer.company:
        return None if same_name(filer.legal_rep, filer.name) else _NOT_THE_REPRESENTATIVE
    if not filer.plaintiff:
        return None
    same = same_name(filer.plaintiff, filer.name)
    if filer.plaintiff_id and filer.id_number:
        same = same and filer.plaintiff_id.upper() == filer.id_number
    return None if same else _NOT_THE_PARTY


def same_name(one: str, other: str) -> bool:
    """Whether two written names are one: spaces and the kind of middle dot do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(name.split()).translate(str.maketrans("•．.・‧", "·····")).casefold()
