"""Who acts for a party, by its paper or by law, within which itemised powers, and which deed needs which.

The kinds of agent and their papers are those of `filing.form_parties` and `filing.materials` (MSF 61, JS 88).

Rule 1: "full power" (全权代理) that names nothing gives none of the six powers (MSF 62, JS 89).
Rule 2: a power counts where the paper names it and whoever hands the paper in claims it, or where the judge
        who looked at the paper says so; nobody's word suffices.
Rule 3: who is neither the party, nor its legal representative, nor its guardian, nor its agent, files nothing
        (MSF 60, 61). A guardian does what the party could do and needs no power for it (JS 83).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from filing.form_guardian import CAPABLE_AT, MINOR, OF_AGE_AT
from filing.powers import Power
from odr.domain.steps import Reason, Role

MATERIAL: Final = "authority"  # the power of attorney among the papers of a side


class Acts(StrEnum):
    """How the person who files stands to the plaintiff."""

    SELF = "self"  # the party, or its legal representative
    GUARDIAN = "guardian"  # 法定代理人
    AGENT = "agent"  # 委托诉讼代理人


class Deed(StrEnum):
    """What an agent does for the party and a general authority does not cover."""

    NEGOTIATE = "negotiate"
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
        Deed.NEGOTIATE: Need(
            Power.SETTLE,
            Reason(
                "To make or accept an offer, an agent needs the power to settle, named in the authority.",
                "MSF 62",
            ),
        ),
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
    """One agent's paper: `read` by machine, `claimed` by whoever hands it in, `checked` by a judge.

    `checked` is None while no judge has looked at it.
    """

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
class Ward:
    """What the filing says of the guardian who acts for the plaintiff."""

    guardian: str
    ground: str  # of filing.form_guardian.GROUNDS
    guardian_id: str = ""


@dataclass(frozen=True, slots=True)
class Filer:
    """Who submits, and for whom. `name` is the verified one; `*_read` who stands on the paper, if sure.

    `ward`: where a guardian acts; `age` is the plaintiff's in whole years, None where it is not known.
    """

    role: Role
    name: str = ""
    id_number: str = ""
    plaintiff: str = ""
    plaintiff_id: str = ""
    legal_rep: str = ""  # of a company that sues
    defendant: str = ""
    company: bool = False
    age: int | None = None
    ward: Ward | None = None
    authority: bool = False
    agent_read: str = ""
    principal_read: str = ""


_NOT_THE_PARTY: Final = Reason(
    "You are verified under another name than the plaintiff's. If you act for the plaintiff, "
    "say so and add the power of attorney.",
    "MSF 61",
)
_NOT_THE_REPRESENTATIVE: Final = Reason(
    "For a company its legal representative files, or an employee or lawyer with a power of attorney.",
    "MSF 51",
)
_A_CHILD: Final = Reason(
    "The plaintiff is under 16. A parent or another guardian files for a child: say so under "
    "“For whom do you file?”.",
    "MSF 60",
)
_NOT_THE_GUARDIAN: Final = Reason(
    "You are verified under another name than the guardian's. Only the guardian, or somebody with the "
    "guardian's power of attorney, files for the plaintiff.",
    "MSF 60",
)
_OF_AGE: Final = Reason(
    "The plaintiff is 18 or older and acts himself, unless a court has declared otherwise.", "CC 18; CC 24"
)
_OWN_GUARDIAN: Final = Reason(
    "The guardian and the plaintiff are the same person here. Please look at both.", "MSF 60"
)
_GUARDIAN_IS_SUED: Final = Reason(
    "The other side is the guardian himself. Please ask our staff: another guardian must act.", "JS 83"
)
_NO_PAPER: Final = Reason("Please add the power of attorney: without it nobody files for another.", "MSF 62")
_OTHER_AGENT: Final = Reason("The power of attorney names another agent than you.", "MSF 61")
_OTHER_PRINCIPAL: Final = Reason(
    "The power of attorney is given by somebody else than the plaintiff of this filing.", "MSF 62"
)


def standing(filer: Filer) -> Reason | None:
    """Why this person may not file for this plaintiff.

    Silent while the person is not verified or no plaintiff is named: these are asked for by themselves.
    """
    why = _capable(filer) if filer.ward is None else _guarded(filer, filer.ward)
    return why or (_authorised(filer) if filer.role is Role.AGENT else _in_person(filer))


def _capable(filer: Filer) -> Reason | None:
    """From 16 on a person may live by his own work and then sues himself: the judge looks (CC 18)."""
    return _A_CHILD if filer.age is not None and filer.age < CAPABLE_AT else None


def _guarded(filer: Filer, ward: Ward) -> Reason | None:
    """Whether this guardian can be the guardian of this plaintiff at all."""
    grown = ward.ground == MINOR and filer.age is not None and filer.age >= OF_AGE_AT
    checks = (
        (grown, _OF_AGE),
        (bool(ward.guardian) and _is_one(filer, ward), _OWN_GUARDIAN),
        (bool(ward.guardian) and same_name(ward.guardian, filer.defendant), _GUARDIAN_IS_SUED),
    )
    return next((why for holds, why in checks if holds), None)


def _is_one(filer: Filer, ward: Ward) -> bool:
    """Father and son may bear one name; then their numbers tell them apart."""
    if ward.guardian_id and filer.plaintiff_id:
        return ward.guardian_id.upper() == filer.plaintiff_id.upper()
    return same_name(ward.guardian, filer.plaintiff)


def _authorised(filer: Filer) -> Reason | None:
    """Whether the power of attorney is there, for this agent and by this party or its guardian."""
    if not filer.authority:
        return _NO_PAPER
    if filer.name and _differs(filer.agent_read, filer.name):
        return _OTHER_AGENT
    givers = (filer.plaintiff, filer.ward.guardian if filer.ward else "")
    return _OTHER_PRINCIPAL if filer.plaintiff and _nobody_of(filer.principal_read, givers) else None


def _in_person(filer: Filer) -> Reason | None:
    if not filer.name:
        return None
    if filer.ward is not None:
        same = same_name(filer.ward.guardian, filer.name)
        return None if same or not filer.ward.guardian else _NOT_THE_GUARDIAN
    if filer.company:
        return None if same_name(filer.legal_rep, filer.name) else _NOT_THE_REPRESENTATIVE
    if not filer.plaintiff:
        return None
    same = same_name(filer.plaintiff, filer.name)
    if filer.plaintiff_id and filer.id_number:
        same = same and filer.plaintiff_id.upper() == filer.id_number
    return None if same else _NOT_THE_PARTY


@dataclass(frozen=True, slots=True)
class Naming:
    """A party's wish to have this person act for it. `paper_*`: the names on the paper, "" where unsure."""

    by: Role
    party: str
    agent: str
    phone: str
    own_phone: str
    verified: bool
    submitted: bool
    acting: int  # agents of the side so far
    paper_party: str = ""
    paper_agent: str = ""
    guardian: str = ""  # who names the agent, where a guardian acts for the party


MOST_AGENTS: Final = 2  # of a side (MSF 61)
_NOT_IN_PERSON: Final = Reason(
    "Only the party appoints an agent; an agent cannot pass the authority on.", "CC 169"
)
_PROVE_FIRST: Final = Reason("Please prove who you are first; then you can appoint an agent.", "MSF 62")
_SUBMIT_FIRST: Final = Reason("Please submit your filing first; then you can appoint an agent.")
_TWO_AT_MOST: Final = Reason("One or two people may act for a party.", "MSF 61")
_YOURSELF: Final = Reason("This is your own number. Please give the number of the agent.")
_PAPER_NAMES_ANOTHER_PARTY: Final = Reason(
    "The power of attorney is given by somebody else than this party.", "MSF 62"
)
_PAPER_NAMES_ANOTHER_AGENT: Final = Reason(
    "The power of attorney names another agent than you wrote here.", "MSF 62"
)


def may_name(naming: Naming) -> Reason | None:
    """Why this person may not be named as agent now."""
    checks = (
        (naming.by is Role.AGENT, _NOT_IN_PERSON),
        (not naming.verified, _PROVE_FIRST),
        (not naming.submitted, _SUBMIT_FIRST),
        (naming.acting >= MOST_AGENTS, _TWO_AT_MOST),
        (naming.phone == naming.own_phone, _YOURSELF),
        (_nobody_of(naming.paper_party, (naming.party, naming.guardian)), _PAPER_NAMES_ANOTHER_PARTY),
        (_differs(naming.paper_agent, naming.agent), _PAPER_NAMES_ANOTHER_AGENT),
    )
    return next((why for holds, why in checks if holds), None)


@dataclass(frozen=True, slots=True)
class Comer:
    """Who wants to take up an authority: the verified name, and what he is in the case so far."""

    verified: bool
    name: str
    named: str = ""  # the agent as the party names him
    other_side: bool = False
    of_the_court: bool = False


_COMER_UNPROVED: Final = Reason("Please prove who you are first; an agent acts under his own name.", "MSF 62")
_GUARDIAN_UNPROVED: Final = Reason(
    "Please prove who you are first: the guardian does, not the ward.", "OMR 17"
)
_COMER_ANOTHER: Final = Reason("You are verified under another name than the agent who was named.", "MSF 62")
_BOTH_SIDES: Final = Reason("Who takes part on the other side cannot act for this one.")
_OF_THE_COURT: Final = Reason("Who judges or mediates in this case cannot act for a party.", "TY 16")


def may_take_up(comer: Comer) -> Reason | None:
    """Why this person may not act on the authority that was given."""
    checks = (
        (comer.other_side, _BOTH_SIDES),
        (comer.of_the_court, _OF_THE_COURT),
        (not comer.verified, _COMER_UNPROVED),
        (not same_name(comer.name, comer.named), _COMER_ANOTHER),
    )
    return next((why for holds, why in checks if holds), None)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes with a power of attorney before the invited party itself. `paper_*`: "" where unsure."""

    comer: Comer
    invited: str  # the party, as the filing names it
    open: bool  # nobody has answered for it yet
    paper_party: str = ""
    paper_agent: str = ""


_ANSWERED: Final = Reason("This invitation is over, or somebody has answered it already.")
_UNREADABLE: Final = Reason(
    "We could not read both names on the paper with certainty: who gives the authority, and you. Please "
    "photograph it again, flat and in even light. Or let the invited party join first and appoint you there.",
    "MSF 62",
)
_OTHER_INVITED: Final = Reason(
    "The power of attorney is given by somebody else than the party that is invited.", "MSF 62"
)


def may_come(arrival: Arrival) -> Reason | None:
    """Why the paper does not let this person answer for the invited party.

    Whoever holds the link may try, so that both names must stand on the paper beyond doubt: no judge looks
    before the case is open to him.
    """
    comer = arrival.comer
    checks = (
        (not arrival.open, _ANSWERED),
        (comer.other_side, _BOTH_SIDES),
        (comer.of_the_court, _OF_THE_COURT),
        (not comer.verified, _COMER_UNPROVED),
        (not (arrival.paper_party and arrival.paper_agent), _UNREADABLE),
        (not same_name(arrival.paper_party, arrival.invited), _OTHER_INVITED),
        (not same_name(arrival.paper_agent, comer.name), _OTHER_AGENT),
    )
    return next((why for holds, why in checks if holds), None)


_NO_GUARDIAN: Final = Reason(
    "A company has no guardian. Its legal representative answers, or an agent.", "MSF 51"
)
_IS_INVITED: Final = Reason("You are verified under the name that is invited: please take part yourself.")


def may_answer_for_ward(comer: Comer, *, company: bool) -> Reason | None:
    """Why this person does not answer as guardian of who is invited (`named`); the proof is for the court."""
    checks = (
        (company, _NO_GUARDIAN),
        (comer.other_side, _BOTH_SIDES),
        (comer.of_the_court, _OF_THE_COURT),
        (not comer.verified, _GUARDIAN_UNPROVED),
        (same_name(comer.name, comer.named), _IS_INVITED),
    )
    return next((why for holds, why in checks if holds), None)


@dataclass(frozen=True, slots=True)
class Represented:
    """The party in whose name an agent filed, as filed. `person`: who is it, or acts for it by law."""

    person: str
    id_number: str = ""
    phone: str = ""  # E.164


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who says to be that party: telephone of the account, and what is verified ("" before that)."""

    phone: str
    name: str = ""
    id_number: str = ""


def is_represented(party: Represented, claimant: Claimant) -> bool:
    """Whether a verified person is the party: by the ID number, else by name and telephone, never by name."""
    if not claimant.name or not same_name(party.person, claimant.name):
        return False
    if party.id_number and claimant.id_number:
        return party.id_number.upper() == claimant.id_number.upper()
    return bool(party.phone) and party.phone == claimant.phone


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of a side, as one who might sign for it; `signs`: the party left the signing to this agent."""

    role: Role
    signs: bool = False
    authority: Authority = field(default_factory=Authority)

    @property
    def in_the_partys_place(self) -> bool:
        left = self.role is Role.AGENT and self.signs
        return left and lacks(Deed.SIGN_AGREEMENT, self.role, self.authority) is None


def who_signs(side: Sequence[Candidate]) -> list[Candidate]:
    """Who signs for a side: the party, or in its place the agent whom it left that to and who has the power.

    Where no party takes part an agent stands there, also without the power: the paper then waits for it.
    """
    left = [one for one in side if one.in_the_partys_place][:1]
    parties = [one for one in side if one.role is not Role.AGENT]
    return left or parties or list(side[:1])


def _nobody_of(read: str, said: Collection[str]) -> bool:
    return bool(read) and not any(same_name(read, one) for one in said)


def _differs(read: str, said: str) -> bool:
    return bool(read) and not same_name(read, said)


def same_name(one: str, other: str) -> bool:
    """Whether two written names are one: spaces and the kind of middle dot do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(name.split()).translate(str.maketrans("•．.・‧", "·····")).casefold()
